const MULTIPLIER = 48_271;
const MODULUS = 2_147_483_647;

/** Numbers from 0 to below 1 by a seed (a whole number > 0): the same on every machine. */
export function drawsOf(seed: number): () => number {
  let state = seed % MODULUS;
  const draw = (): number => {
    state = (state * MULTIPLIER) % MODULUS;
    return state / MODULUS;
  };
  draw();
  return draw;
}
