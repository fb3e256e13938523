import type { Hex } from 'viem';
import { unreadable } from './venue-refusal.js';

export type Body = Readonly<Record<string, unknown>>;

export function bodyOf(value: unknown, field: string): Body {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw unreadable(field, value, 'an object');
  return value as Body;
}
export function integerText(body: Body, field: string): string {
  const value = body[field];
  const text = typeof value === 'number' && Number.isSafeInteger(value) ? String(value) : value;
  if (typeof text !== 'string' || !/^-?[0-9]{1,40}$/.test(text)) throw unreadable(field, value, 'an integer as a string');
  return text;
}
export function integer(body: Body, field: string): number {
  const value = Number(integerText(body, field));
  if (!Number.isSafeInteger(value)) throw unreadable(field, body[field], 'an integer within 2^53');
  return value;
}
export function hex(body: Body, field: string, bytes: number): Hex {
  const value = body[field];
  if (typeof value !== 'string' || value.length !== 2 + bytes * 2 || !/^0x[0-9a-fA-F]+$/.test(value)) throw unreadable(field, value, `0x and ${bytes * 2} hex digits`);
  return value.toLowerCase() as Hex;
}
export function list(body: Body, field: string, max: number): readonly unknown[] {
  const value = body[field];
  if (!Array.isArray(value) || value.length > max) throw unreadable(field, value, `a list of at most ${max}`);
  return value;
}
export const integers = (body: Body, field: string, max: number): readonly number[] => list(body, field, max).map((_, index, all) => integer({ [field]: all[index] }, field));
export const hexes = (body: Body, field: string, bytes: number, max: number): readonly Hex[] => list(body, field, max).map((_, index, all) => hex({ [field]: all[index] }, field, bytes));
