import { Decimal, InvariantError } from '@ballast/domain';

/**
 * Plain states as JSON and back: objects, lists, Map, Set, decimals, text, numbers, big integers, true/false, null, undefined.
 * What JSON lacks is tagged; an object that looks like a tag is escaped. @throws InvariantError for what is no plain data.
 */
export const freeze = (state: unknown): unknown => frozen(state, '');
export const thaw = (json: unknown): unknown => thawed(json);

const TAG = /^\$[a-z]$/;

function frozen(value: unknown, path: string): unknown {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return value;
    case 'number':
      return Number.isFinite(value) && !Object.is(value, -0) ? value : { $n: Object.is(value, -0) ? '-0' : String(value) };
    case 'undefined':
      return { $u: 1 };
    case 'bigint':
      return { $b: value.toString() };
    case 'object':
      return value === null ? null : frozenObject(value, path);
    case 'function':
    case 'symbol':
      throw new InvariantError(`state${path}: found a ${typeof value}, allowed is plain data`);
  }
}

function frozenObject(value: object, path: string): unknown {
  if (Decimal.isDecimal(value)) return { $d: value.isZero() && value.isNegative() ? '-0' : value.toString() };
  if (Array.isArray(value)) return value.map((item, index) => frozen(item, `${path}[${index}]`));
  if (value instanceof Map) return { $m: [...value].map(([key, item]) => [frozen(key, `${path}(key)`), frozen(item, `${path}(${String(key)})`)]) };
  if (value instanceof Set) return { $s: [...value].map((item) => frozen(item, `${path}(member)`)) };
  const entries = Object.entries(value).map(([field, item]) => [field, frozen(item, `${path}.${field}`)] as const);
  return entries.some(([field]) => TAG.test(field) || field === '__proto__') ? { $o: entries } : Object.fromEntries(entries);
}

function thawed(json: unknown): unknown {
  if (typeof json !== 'object' || json === null) return json;
  if (Array.isArray(json)) return json.map(thawed);
  const entries = Object.entries(json);
  const [first] = entries;
  if (entries.length === 1 && first && TAG.test(first[0])) return thawedTag(first[0], first[1]);
  return Object.fromEntries(entries.map(([field, item]) => [field, thawed(item)]));
}

function thawedTag(tag: string, held: unknown): unknown {
  if (tag === '$n') return Number(held);
  if (tag === '$u') return undefined;
  if (tag === '$b') return BigInt(String(held));
  if (tag === '$d') return new Decimal(String(held));
  const list = held as readonly unknown[];
  if (tag === '$s') return new Set(list.map(thawed));
  const pairs = list.map((pair) => (pair as readonly [unknown, unknown]).map(thawed) as [unknown, unknown]);
  if (tag === '$m') return new Map(pairs);
  if (tag === '$o') return pairs.reduce((made: object, [field, item]) => Object.defineProperty(made, String(field), { value: item, enumerable: true, writable: true, configurable: true }), {});
  throw new InvariantError(`frozen state: found tag ${tag}, allowed are $n $u $b $d $s $m $o`);
}
