import { type Interval, median, medianInterval, pairRatios } from './statistics.js';

/** Both sides of one comparison: each call does the same amount of work and resolves to what it measured. */
export interface Contest {
  readonly rounds: number;
  ours(round: number): Promise<number>;
  peer(round: number): Promise<number>;
}

export interface ContestResult {
  readonly ours: readonly number[];
  readonly peer: readonly number[];
  readonly medianOurs: number;
  readonly medianPeer: number;
  /** ours / peer of each pair: its median and 95 % interval. */
  readonly oursOverPeer: Interval;
  /** The other way round, where more is better. */
  readonly peerOverOurs: Interval;
}

export type Progress = (text: string) => void;

/** Measures in interleaved pairs, each pair starting with the other side than the one before; one pair beforehand warms up and does not count. */
export async function contest({ rounds, ours, peer }: Contest, progress: Progress): Promise<ContestResult> {
  const measured = { ours: [] as number[], peer: [] as number[] };
  for (let round = 0; round <= rounds; round += 1) {
    const sides = round % 2 === 0 ? (['ours', 'peer'] as const) : (['peer', 'ours'] as const);
    const pair = { ours: NaN, peer: NaN };
    for (const side of sides) pair[side] = await (side === 'ours' ? ours(round) : peer(round));
    if (round === 0) continue;
    measured.ours.push(pair.ours);
    measured.peer.push(pair.peer);
    progress(`pair ${round} of ${rounds}: ours ${pair.ours.toFixed(2)}, peer ${pair.peer.toFixed(2)}, ours / peer ${(pair.ours / pair.peer).toFixed(2)}`);
  }
  return {
    ...measured,
    medianOurs: median(measured.ours),
    medianPeer: median(measured.peer),
    oursOverPeer: medianInterval(pairRatios(measured.ours, measured.peer)),
    peerOverOurs: medianInterval(pairRatios(measured.peer, measured.ours)),
  };
}
