import { describe, type Finding } from './finding.js';
import type { Unit } from './units.js';

/** A number as its file has it. */
export interface WrittenNumber {
  /** `5x`, `$1,000`; `none`: this profile binds no such limit. */
  readonly text: string;
  /** `R3, C-19`; `ours` where no plan names the number. */
  readonly source: string;
}

/** What a reading has come to: every fault, and every number by its field. */
export interface Reading {
  readonly faults: Finding[];
  readonly numbers: Map<string, WrittenNumber>;
}

/** Reads one field of a profile file. Undefined where it is at fault, which is then among the faults. */
export interface Reader<Value> {
  readonly allowed: string;
  readonly optional?: boolean;
  read(json: unknown, field: string, reading: Reading): Value | undefined;
}

/** A reader for every field of a part: a new field of the type without its reader does not compile. */
export type Shape<Part> = { readonly [Key in keyof Part]-?: Reader<NonNullable<Part[Key]>> };

const MALFORMED = 'C-44';
const SOURCED = /^(.*\S) \(([^()]+)\)$/;
const SOURCE = /^(?:ours|[RCW]-?\d+)$/;

const fault = (reading: Reading, field: string, found: unknown, allowed: string): undefined => {
  reading.faults.push({ severity: 'FAULT', field, id: MALFORMED, text: `found ${describe(found)}, allowed is ${allowed}` });
  return undefined;
};

/** A number as text, unit and source in it: `5x (R3, R12)`; `(ours)` where no plan names it. */
export const num = <Value>(unit: Unit<Value>): Reader<Value> => ({
  allowed: `${unit.allowed}, with its source as "(R3, C-19)" or "(ours)" behind it`,
  read(json, field, reading) {
    if (typeof json !== 'string') return fault(reading, field, json, `${this.allowed}; the unit belongs into the text`);
    const [, text = json, source] = SOURCED.exec(json) ?? [];
    const value = text === 'none' && unit.none !== undefined ? unit.none : unit.read(text);
    if (value === undefined) return fault(reading, field, json, this.allowed);
    if (source === undefined || !source.split(', ').every((id) => SOURCE.test(id))) return fault(reading, field, json, this.allowed);
    reading.numbers.set(field, { text, source });
    return value;
  },
});

/** The field may be left out: not bound. */
export const maybe = <Value>(reader: Reader<Value>): Reader<Value> => ({ ...reader, optional: true });

export const text = (pattern: RegExp, allowed: string): Reader<string> => ({ allowed, read: (json, field, reading) => (typeof json === 'string' && pattern.test(json) ? json : fault(reading, field, json, allowed)) });

export const oneOf = <Name extends string>(...names: readonly Name[]): Reader<Name> => {
  const allowed = `one of ${names.map((name) => `"${name}"`).join(', ')}`;
  return { allowed, read: (json, field, reading) => names.find((name) => name === json) ?? fault(reading, field, json, allowed) };
};

export const version: Reader<number> = { allowed: 'a whole number of 1 or more', read: (json, field, reading) => (Number.isSafeInteger(json) && (json as number) > 0 ? (json as number) : fault(reading, field, json, version.allowed)) };

export const flag: Reader<boolean> = { allowed: 'true or false', read: (json, field, reading) => (typeof json === 'boolean' ? json : fault(reading, field, json, flag.allowed)) };

const isObject = (json: unknown): json is Readonly<Record<string, unknown>> => typeof json === 'object' && json !== null && !Array.isArray(json);
const under = (field: string, key: string): string => (field === '' ? key : `${field}.${key}`);

/** An object with these fields and no other. */
export const part = <Part extends object>(shape: Shape<Part>): Reader<Part> => {
  const keys = Object.keys(shape) as (keyof Part & string)[];
  const allowed = `an object of ${keys.join(', ')}`;
  return {
    allowed,
    read(json, field, reading) {
      if (!isObject(json)) return fault(reading, field === '' ? '(file)' : field, json, allowed);
      for (const key of Object.keys(json)) if (!keys.some((known) => known === key)) fault(reading, under(field, key), json[key], `no such field: there are ${keys.join(', ')}`);
      const read = keys.flatMap((key) => {
        const reader = shape[key];
        if (!Object.hasOwn(json, key)) {
          if (reader.optional !== true) fault(reading, under(field, key), undefined, reader.allowed);
          return [];
        }
        const value = reader.read(json[key], under(field, key), reading);
        return value === undefined ? [] : [[key, value]];
      });
      return Object.fromEntries(read) as Part;
    },
  };
};

export const list = <Value>(reader: Reader<Value>): Reader<readonly Value[]> => ({
  allowed: `a list of ${reader.allowed}`,
  read(json, field, reading) {
    if (!Array.isArray(json) || json.length === 0) return fault(reading, field, json, this.allowed);
    return json.flatMap((each: unknown, index) => reader.read(each, `${field}[${index}]`, reading) ?? []);
  },
});

/** By name, as `{"nado": "10x (C-15)"}`. */
export const named = <Value>(reader: Reader<Value>): Reader<Readonly<Record<string, Value>>> => ({
  allowed: `an object of names, each ${reader.allowed}`,
  read(json, field, reading) {
    if (!isObject(json)) return fault(reading, field, json, this.allowed);
    return Object.fromEntries(Object.entries(json).flatMap(([name, each]) => {
      const value = reader.read(each, under(field, name), reading);
      return value === undefined ? [] : [[name, value]];
    }));
  },
});
