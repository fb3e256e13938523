/** A record whose copy shares all but the path to what changed; plain data, so that a snapshot can hold it. Empty: {}. */
export interface PersistentMap<Value> {
  readonly [first: string]: { readonly [second: string]: { readonly [third: string]: { readonly [key: string]: Value } } };
}

type Level<Below> = Readonly<Record<string, Below>>;

/** Three hex digits of FNV-1a (32 bit, folded): 4,096 buckets, of a few entries each up to some ten thousand keys. */
function bucketOf(key: string): readonly [string, string, string] {
  let hash = 0x811c9dc5;
  for (let index = 0; index < key.length; index += 1) hash = Math.imul(hash ^ key.charCodeAt(index), 0x01000193) >>> 0;
  const folded = (hash ^ (hash >>> 12) ^ (hash >>> 24)) & 0xfff;
  return [(folded >>> 8).toString(16), ((folded >>> 4) & 15).toString(16), (folded & 15).toString(16)];
}

export function without<Value>(record: Level<Value>, key: string): Level<Value> {
  const { [key]: _gone, ...rest } = record;
  return rest;
}

/** Empty levels go, so that a map that lost all its keys is {} again. */
const placed = <Below extends object>(level: Level<Below>, digit: string, below: Below): Level<Below> => (Object.keys(below).length === 0 ? without(level, digit) : { ...level, [digit]: below });

export function get<Value>(map: PersistentMap<Value>, key: string): Value | undefined {
  const [first, second, third] = bucketOf(key);
  const bucket = map[first]?.[second]?.[third];
  return bucket && Object.hasOwn(bucket, key) ? bucket[key] : undefined;
}

export const has = <Value>(map: PersistentMap<Value>, key: string): boolean => get(map, key) !== undefined;

function change<Value>(map: PersistentMap<Value>, key: string, alter: (bucket: Level<Value>) => Level<Value>): PersistentMap<Value> {
  const [first, second, third] = bucketOf(key);
  const upper = map[first] ?? {};
  const lower = upper[second] ?? {};
  return placed(map, first, placed(upper, second, placed(lower, third, alter(lower[third] ?? {}))));
}

export const put = <Value>(map: PersistentMap<Value>, key: string, value: Value): PersistentMap<Value> => change(map, key, (bucket) => ({ ...bucket, [key]: value }));
export const drop = <Value>(map: PersistentMap<Value>, key: string): PersistentMap<Value> => (has(map, key) ? change(map, key, (bucket) => without(bucket, key)) : map);

/** Every key with its value, in an order of its own that is the same for the same keys put in the same order. */
export const entries = <Value>(map: PersistentMap<Value>): readonly (readonly [string, Value])[] => Object.values(map).flatMap((upper) => Object.values(upper).flatMap((lower) => Object.values(lower).flatMap((bucket) => Object.entries(bucket))));

/** The same map of those entries only that are to stay. */
export const filtered = <Value>(map: PersistentMap<Value>, stays: (value: Value) => boolean): PersistentMap<Value> => entries(map).reduce((kept, [key, value]) => (stays(value) ? kept : drop(kept, key)), map);
