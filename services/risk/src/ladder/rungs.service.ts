import { Inject, Injectable } from '@nestjs/common';
import { EventStreams } from '@ballast/bus';
import { type Id, partitionOf } from '@ballast/domain';
import { ladderDecider } from './ladder.decider.js';

/** Which rung each portfolio is on, from memory: whoever asks what is in force asks here. */
@Injectable()
export class Rungs {
  constructor(@Inject(EventStreams) private readonly streams: EventStreams) {
    streams.own(ladderDecider);
  }

  /** Undefined where the portfolio is on no ladder. */
  of(portfolioId: Id): string | undefined {
    return this.streams.held(ladderDecider, { partition: partitionOf(portfolioId), id: portfolioId })?.state.standing?.rung;
  }
}
