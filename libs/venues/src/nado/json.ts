import { VenueError } from '../venue-adapter.js';

/** A JSON object of the venue, read field by field; every misfit names the field, what was found and what is allowed. */
export type Json = Readonly<Record<string, unknown>>;

const misfit = (field: string, found: unknown, allowed: string): VenueError =>
  new VenueError('unknown', 'unknown', `${field}: found ${(JSON.stringify(found) ?? String(found)).slice(0, 80)}, allowed is ${allowed}`);

export const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value);

export function objectOf(value: unknown, field: string): Json {
  if (!isObject(value)) throw misfit(field, value, 'an object');
  return value;
}

export function arrayOf(value: unknown, field: string): readonly unknown[] {
  if (!Array.isArray(value)) throw misfit(field, value, 'an array');
  return value;
}

export function textOf(json: Json, field: string): string {
  const value = json[field];
  if (typeof value !== 'string') throw misfit(field, value, 'a string');
  return value;
}

/** Nado sends some integers as numbers and others as strings; both are read, exactly. */
export function integerOf(json: Json, field: string): number {
  const value = json[field];
  const number = typeof value === 'string' && /^-?[0-9]+$/.test(value) ? Number(value) : value;
  if (typeof number !== 'number' || !Number.isSafeInteger(number)) throw misfit(field, value, 'an integer');
  return number;
}

export function flagOf(json: Json, field: string): boolean {
  const value = json[field];
  if (typeof value !== 'boolean') throw misfit(field, value, 'true or false');
  return value;
}

/** Nanoseconds as Nado prints them. */
export function nanosOf(json: Json, field: string): bigint {
  const value = json[field];
  const text = typeof value === 'number' ? String(value) : value;
  if (typeof text !== 'string' || !/^[0-9]+$/.test(text)) throw misfit(field, value, 'nanoseconds as an integer');
  return BigInt(text);
}

export const msOfNanos = (nanos: bigint): number => Number(nanos / 1_000_000n);
