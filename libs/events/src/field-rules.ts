import { Allow } from 'class-validator';

export type Shape = new () => object;

/** What our own decorators say of one field: see DecimalField and Nested. */
export interface FieldRule {
  readonly decimal?: (text: string) => unknown;
  readonly nested?: () => Shape;
  readonly array: boolean;
  readonly optional: boolean;
}

const FIELDS = new WeakMap<object, Map<string, FieldRule>>();

/** Adds a rule to a class and those derived from it; class-validator then knows the field, and asks nothing of it. */
export function ruleField(prototype: object, field: string, rule: FieldRule): void {
  const own = FIELDS.get(prototype) ?? new Map<string, FieldRule>(FIELDS.get(Object.getPrototypeOf(prototype) as object) ?? []);
  own.set(field, rule);
  FIELDS.set(prototype, own);
  Allow()(prototype, field);
}

/** Those of the class, or of the nearest one that it is derived from. */
export function rulesOf(shape: Shape): ReadonlyMap<string, FieldRule> | undefined {
  let prototype: unknown = shape.prototype;
  while (prototype !== null && prototype !== undefined) {
    const found = FIELDS.get(prototype);
    if (found) return found;
    prototype = Object.getPrototypeOf(prototype);
  }
  return undefined;
}
