/** A place in a picture, px. */
export interface Spot {
  readonly left: number;
  readonly top: number;
}

const APART_PX = 16;
const EDGE_PX = 9;

const touches = (one: Spot, other: Spot): boolean => Math.abs(one.left - other.left) < APART_PX && Math.abs(one.top - other.top) < APART_PX;

/** Moves what would lie on another up, step by step, or down from where it was where the picture ends: so that each is seen. */
export function spread<T extends Spot>(spots: readonly T[]): readonly T[] {
  const placed: T[] = [];
  for (const spot of spots) {
    const isFree = (top: number): boolean => top >= EDGE_PX && !placed.some((other) => touches({ left: spot.left, top }, other));
    const steps = Array.from({ length: 2 * placed.length + 1 }, (_, step) => step * APART_PX);
    const tops = [...steps.map((step) => spot.top - step), ...steps.map((step) => spot.top + step)];
    placed.push({ ...spot, top: tops.find(isFree) ?? spot.top });
  }
  return placed;
}
