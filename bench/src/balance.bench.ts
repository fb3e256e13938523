import { balancedQuantities, type BalanceInput, everyPair, pairsLookedAt } from '@ballast/balance';
import { notional, price, quantity, ratio } from '@ballast/domain';
import type { Bench, BenchRow } from './bench.js';
import { bruteForce } from './brute-force.js';
import { median } from './statistics.js';

const MILLION = notional('1000000');
const WIDTH = ratio('0.01');
const BTC = { price: price('60123.5'), lot: quantity('0.00005') };
const ETH = { price: price('2756.9'), lot: quantity('0.001') };
const SOL = { price: price('115.86'), lot: quantity('0.1') };

const PAIRS: readonly { readonly name: string; readonly input: BalanceInput }[] = [
  { name: 'ETH / SOL', input: { target: MILLION, priceA: ETH.price, lotA: ETH.lot, priceB: SOL.price, lotB: SOL.lot, maxDeviation: WIDTH } },
  { name: 'BTC / ETH', input: { target: MILLION, priceA: BTC.price, lotA: BTC.lot, priceB: ETH.price, lotB: ETH.lot, maxDeviation: WIDTH } },
  { name: 'SOL / BTC', input: { target: MILLION, priceA: SOL.price, lotA: SOL.lot, priceB: BTC.price, lotB: BTC.lot, maxDeviation: WIDTH } },
];

const timed = <T>(run: () => T): { readonly value: T; readonly ms: number } => {
  const began = performance.now();
  const value = run();
  return { value, ms: performance.now() - began };
};

const plain = (value: unknown): string => JSON.stringify(value);

export const balanceBench: Bench = {
  name: 'balance',
  about: 'Balanced quantities at $1,000,000 a leg within ±1 % of the target: pairs of lot counts looked at and time, against brute force over every pair in exact integers. Both must give the same answer, or the bench fails.',
  run({ quick, progress }) {
    const rows = PAIRS.map(({ name, input }): BenchRow => {
      const ours: number[] = [];
      const peer: number[] = [];
      const answer = balancedQuantities(input);
      let looked = 0;
      for (let round = 0; round < (quick ? 1 : 5); round += 1) {
        ours.push(timed(() => balancedQuantities(input)).ms);
        const brute = timed(() => bruteForce(input));
        peer.push(brute.ms);
        looked = brute.value.pairs;
        if (plain(brute.value.result) !== plain(answer)) throw new Error(`balance ${name}: found ${plain(answer)}, brute force says ${plain(brute.value.result)}`);
        progress(`${name}, pair ${round + 1}: ours ${(ours.at(-1) ?? 0).toFixed(2)} ms, brute force ${(peer.at(-1) ?? 0).toFixed(0)} ms`);
      }
      const own = pairsLookedAt(input);
      return {
        what: `balanced quantities, ${name}`,
        ours: `${own.toLocaleString('en-US')} pairs, ${median(ours).toFixed(2)} ms`,
        peer: `${looked.toLocaleString('en-US')} pairs, ${median(peer).toFixed(0)} ms`,
        note: `same answer (${answer.outcome}, ${answer.quantityA.toString()} and ${answer.quantityB.toString()}); ${Math.round(looked / own).toLocaleString('en-US')} times fewer pairs`,
      };
    });
    const small: BalanceInput = { ...(PAIRS[0]?.input ?? { target: MILLION, priceA: ETH.price, lotA: ETH.lot, priceB: SOL.price, lotB: SOL.lot }), target: notional('10000') };
    if (plain(bruteForce(small).result) !== plain(everyPair(small).result)) throw new Error('balance: both brute forces differ at $10,000');
    return Promise.resolve(rows);
  },
};
