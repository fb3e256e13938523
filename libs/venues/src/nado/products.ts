import { type Bps, type Instrument, type Notional, type Price, type Quantity, type Ratio, Decimal } from '@ballast/domain';
import { VenueError } from '../venue-adapter.js';
import { type Json, arrayOf, integerOf, objectOf, textOf } from './json.js';
import type { NadoHttp } from './nado-http.js';
import { fromX18, priceFromX18, quantityFromX18 } from './x18.js';

export interface Product {
  readonly productId: number;
  readonly instrument: Instrument;
}

export interface PerpWeights {
  readonly longInitial: Decimal;
  readonly longMaintenance: Decimal;
  readonly shortMaintenance: Decimal;
  readonly oraclePrice: Price;
}

const QUOTE = 'USDT0';

/** Contract terms of every perpetual, from `symbols` and the risk weights of `all_products`: never hard-coded. */
export class Products {
  private readonly byInstrument = new Map<string, Product>();
  private readonly byId = new Map<number, Product>();

  constructor(private readonly http: NadoHttp, private readonly venue: string) {}

  async load(): Promise<void> {
    const weights = weightsOf(await this.http.query('all_products'));
    const answer = objectOf(await this.http.query('symbols'), 'symbols');
    for (const entry of Object.values(objectOf(answer['symbols'], 'symbols.symbols'))) {
      const symbol = objectOf(entry, 'symbol');
      if (symbol['type'] !== 'perp') continue;
      const product = this.productOf(symbol, weights);
      this.byInstrument.set(product.instrument.instrument, product);
      this.byId.set(product.productId, product);
    }
  }

  all(): readonly Product[] {
    return [...this.byId.values()].sort((a, b) => a.productId - b.productId);
  }

  /** @throws VenueError for an instrument that the venue does not list (or before `load`). */
  idOf(instrument: string): number {
    const product = this.byInstrument.get(instrument);
    if (!product) throw new VenueError('closed', 'notPlaced', `instrument: found ${instrument}, allowed is one of ${[...this.byInstrument.keys()].join(', ') || '(none loaded: connect first)'}`);
    return product.productId;
  }

  nameOf(productId: number): string {
    const product = this.byId.get(productId);
    if (!product) throw new VenueError('unknown', 'unknown', `product_id: found ${productId}, allowed is one of ${[...this.byId.keys()].join(', ')}`);
    return product.instrument.instrument;
  }

  private productOf(symbol: Json, weights: ReadonlyMap<number, PerpWeights>): Product {
    const productId = integerOf(symbol, 'product_id');
    const name = textOf(symbol, 'symbol');
    const risk = weights.get(productId);
    if (!risk) throw new VenueError('unknown', 'unknown', `all_products: found no perpetual ${productId} (${name})`);
    const rate = (field: string): Bps => fromX18(symbol[field], field).times(10_000) as Bps;
    const one = new Decimal(1);
    return {
      productId,
      instrument: {
        instrument: name,
        venue: this.venue,
        base: name.replace(/-PERP$/, ''),
        quote: QUOTE,
        lotSize: quantityFromX18(symbol['size_increment'], 'size_increment') as Quantity,
        tickSize: priceFromX18(symbol['price_increment_x18'], 'price_increment_x18'),
        notionalMin: fromX18(symbol['min_size'], 'min_size') as Notional,
        makerFeeBps: rate('maker_fee_rate_x18'),
        takerFeeBps: rate('taker_fee_rate_x18'),
        initialMarginRatio: one.minus(risk.longInitial) as Ratio,
        maintenanceMarginRatio: one.minus(risk.longMaintenance) as Ratio,
      },
    };
  }
}

/** Oracle prices and risk weights by product, from an `all_products` (or `subaccount_info`) answer. */
export function weightsOf(answer: unknown): ReadonlyMap<number, PerpWeights> {
  const products = arrayOf(objectOf(answer, 'all_products')['perp_products'], 'perp_products');
  return new Map(
    products.map((entry) => {
      const product = objectOf(entry, 'perp_product');
      const risk = objectOf(product['risk'], 'risk');
      return [
        integerOf(product, 'product_id'),
        {
          longInitial: fromX18(risk['long_weight_initial_x18'], 'long_weight_initial_x18'),
          longMaintenance: fromX18(risk['long_weight_maintenance_x18'], 'long_weight_maintenance_x18'),
          shortMaintenance: fromX18(risk['short_weight_maintenance_x18'], 'short_weight_maintenance_x18'),
          oraclePrice: priceFromX18(product['oracle_price_x18'], 'oracle_price_x18'),
        },
      ] as const;
    }),
  );
}
