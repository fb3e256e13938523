import { Inject, Injectable } from '@nestjs/common';
import { ResidualFold } from '@ballast/balance';
import { Market, Runtime } from '@ballast/bus';
import { Clock, type Id, type Instrument, type SignedQuantity } from '@ballast/domain';
import type { TradePlanned } from '@ballast/events';
import type { AccountSeen, ExposureFacts, GuardFacts, Maintenance } from '../exposure/exposure.types.js';
import type { StopsSeen } from '../stops/stop-verdicts.js';
import { StopsWatch } from '../stops/stops-watch.service.js';
import { AccountsFold } from './accounts.projection.js';
import { ExposureFold } from './exposure-facts.projection.js';
import { OrderTrafficFold } from './order-traffic.projection.js';
import { RefusalsFold } from './refusals.projection.js';

/** Every fold that risk judges plans by, and the terms that the market publishes. */
@Injectable()
export class RiskFacts {
  readonly accounts = new AccountsFold();
  private readonly exposure = new ExposureFold();
  private readonly residuals = new ResidualFold();
  private readonly traffic = new OrderTrafficFold();
  private readonly refusals = new RefusalsFold();

  constructor(
    @Inject(Market) private readonly market: Market,
    @Inject(Clock) private readonly clock: Clock,
    @Inject(StopsWatch) private readonly stops: StopsWatch,
    @Inject(Runtime) runtime: Runtime,
  ) {
    for (const fold of [this.exposure, this.accounts, this.residuals, this.traffic, this.refusals]) runtime.project(fold);
  }

  account(accountId: Id): AccountSeen | undefined {
    return this.accounts.account(accountId);
  }

  exposureOf(accountId: Id): ExposureFacts {
    return this.exposure.of(accountId);
  }

  residualsOf({ accountId, legs }: TradePlanned): Readonly<Record<string, SignedQuantity>> {
    return Object.fromEntries(legs.map(({ instrument }) => [instrument, this.residuals.of(accountId, instrument)]));
  }

  guardFacts({ accountId, botId, portfolioId, legs }: TradePlanned, maintenances: readonly Maintenance[]): GuardFacts {
    const names = new Set([...legs.map(({ instrument }) => instrument), ...Object.keys(this.exposure.of(accountId).byInstrument)]);
    const now = this.clock.now();
    return { instruments: this.instruments(names), orders: this.traffic.of(portfolioId, now), refusedInHour: this.refusals.inHour(botId, now), maintenances };
  }

  stopsSeen({ portfolioId, botId }: TradePlanned): StopsSeen | undefined {
    return this.stops.seenBy(portfolioId, botId);
  }

  private instruments(names: Iterable<string>): Readonly<Record<string, Instrument>> {
    const known: Record<string, Instrument> = {};
    for (const name of names) {
      const terms = this.market.latest('instrument', name);
      if (terms) known[name] = terms;
    }
    return known;
  }
}
