import { type DynamicModule, Injectable, Module, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { createLogger } from '@ballast/observability';
import { GeneratedMarket, ModelledMarket, NADO_INSTRUMENTS, RecordedMarket, nadoEngineConfig, pricePathOf } from '@ballast/venues';
import { type MarketChoice, type PaperVenueConfig } from './config.js';
import { PAPER_DOMAIN, type PaperMarket, type PaperVenue, startPaperVenue } from './paper-venue.js';

/** The configuration of this process; a class so that it can be injected. */
export class PaperVenueSettings {
  constructor(readonly config: PaperVenueConfig) {}
}

/** Runs the exchange for as long as the application lives. */
@Injectable()
export class PaperVenueProcess implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly log = createLogger('paper-venue');
  private venue: PaperVenue | undefined;

  constructor(private readonly settings: PaperVenueSettings) {}

  async onApplicationBootstrap(): Promise<void> {
    const { config } = this.settings;
    const { market, name } = marketOf(config);
    const instruments = NADO_INSTRUMENTS.filter((entry) => config.coins.includes(entry.base));
    this.venue = await startPaperVenue({ ...config, market, marketName: name, engine: nadoEngineConfig(config.seed, { instruments }), domain: PAPER_DOMAIN });
    this.log.info({ url: this.venue.url, healthPort: this.venue.healthPort, market: name, speed: config.speed }, 'listening');
  }

  async onApplicationShutdown(signal?: string): Promise<void> {
    await this.venue?.stop();
    this.log.info({ signal }, 'stopped');
  }
}

@Module({})
export class PaperVenueModule {
  static with(config: PaperVenueConfig): DynamicModule {
    return { module: PaperVenueModule, providers: [{ provide: PaperVenueSettings, useValue: new PaperVenueSettings(config) }, PaperVenueProcess] };
  }
}

function marketOf(config: PaperVenueConfig): { readonly market: PaperMarket; readonly name: string } {
  const coins = config.coins.join(',');
  return { market: sourceOf(config.market, config), name: `${nameOf(config.market)} ${coins} seed ${config.seed}` };
}

function nameOf(choice: MarketChoice): string {
  switch (choice.kind) {
    case 'recorded':
      return `recorded ${choice.path}`;
    case 'generated':
      return `generated ${choice.durationMs} ms`;
    case 'modelled':
      return `modelled ${choice.name} ${choice.path} ${choice.from ?? ''}-${choice.to ?? ''}`;
  }
}

function sourceOf(choice: MarketChoice, config: PaperVenueConfig): PaperMarket {
  switch (choice.kind) {
    case 'recorded':
      return new RecordedMarket({ path: choice.path, coins: config.coins });
    case 'generated':
      return new GeneratedMarket({ seed: config.seed, durationMs: choice.durationMs, coins: config.coins });
    case 'modelled': {
      const { name, path, from, to } = choice;
      return new ModelledMarket({ path: pricePathOf({ name, path, coins: config.coins, ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) }), seed: config.seed });
    }
  }
}
