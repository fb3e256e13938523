import { type DynamicModule, Injectable, Module, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { createLogger } from '@ballast/observability';
import { GeneratedMarket, NADO_INSTRUMENTS, RecordedMarket, nadoEngineConfig } from '@ballast/venues';
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
  return { market: sourceOf(config.market, config), name: config.market.kind === 'recorded' ? `recorded ${config.market.path} ${coins} seed ${config.seed}` : `generated ${config.market.durationMs} ms ${coins} seed ${config.seed}` };
}

function sourceOf(choice: MarketChoice, config: PaperVenueConfig): PaperMarket {
  switch (choice.kind) {
    case 'recorded':
      return new RecordedMarket({ path: choice.path, coins: config.coins });
    case 'generated':
      return new GeneratedMarket({ seed: config.seed, durationMs: choice.durationMs, coins: config.coins });
  }
}
