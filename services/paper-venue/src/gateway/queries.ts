import type { AccountView, EngineInstrument, ExchangeEngine, NadoDomain, X18 } from '@ballast/venues';
import { ONE, nanos, times, wireLevels, wireOrder } from '../exchange/wire.js';
import type { PublishedBooks } from '../streams/published-books.js';
import { type Body, hex, integer, integers } from './read.js';
import { refusalOf, unreadable } from './venue-refusal.js';

const DEPTH_MAX = 100;
const PRODUCTS_MAX = 100;

/** Nado's queries (venues.md §1.6), answered from the engine; what they cost is in `queryWeight`. */
export class Queries {
  constructor(private readonly engine: ExchangeEngine, private readonly books: PublishedBooks, private readonly domain: NadoDomain) {}

  answer(query: Body): unknown {
    switch (query['type']) {
      case 'status':
        return 'active';
      case 'contracts':
        return { chain_id: String(this.domain.chainId), endpoint_addr: this.domain.endpointAddress };
      case 'nonces':
        return { tx_nonce: this.engine.transferNonce(hex(query, 'address', 20)), order_nonce: '0' };
      case 'symbols':
        return { symbols: Object.fromEntries(this.engine.config.instruments.map((instrument) => [instrument.symbol, symbolOf(instrument)])) };
      case 'all_products':
        return { spot_products: [quoteProduct()], perp_products: this.perpProducts() };
      case 'market_liquidity':
        return this.liquidity(this.product(query), integer(query, 'depth'));
      case 'market_price': {
        const productId = this.product(query);
        const book = this.books.get(productId);
        return { product_id: productId, bid_x18: String(book.bids[0]?.[0] ?? 0), ask_x18: String(book.asks[0]?.[0] ?? 0) };
      }
      case 'subaccount_info':
        return this.subaccountInfo(hex(query, 'subaccount', 32));
      case 'isolated_positions':
        return { isolated_positions: [] };
      case 'order':
        return this.order(hex(query, 'digest', 32));
      case 'subaccount_orders':
        return this.ordersOf(hex(query, 'sender', 32), this.product(query));
      case 'orders': {
        const sender = hex(query, 'sender', 32);
        return { sender, product_orders: integers(query, 'product_ids', PRODUCTS_MAX).map((productId) => this.ordersOf(sender, productId)) };
      }
      case 'fee_rates':
        return this.feeRates();
      default:
        throw unreadable('type', query['type'], 'status, contracts, nonces, symbols, all_products, market_liquidity, market_price, subaccount_info, isolated_positions, order, subaccount_orders, orders or fee_rates');
    }
  }

  symbols(): readonly object[] {
    return this.engine.config.instruments.map(symbolOf);
  }

  private product(query: Body): number {
    const productId = integer(query, 'product_id');
    const ids = this.engine.config.instruments.map((instrument) => instrument.productId);
    if (!ids.includes(productId)) throw unreadable('product_id', productId, ids.join(', '));
    return productId;
  }

  private liquidity(productId: number, depth: number): object {
    if (depth < 1 || depth > DEPTH_MAX) throw unreadable('depth', depth, `1 to ${DEPTH_MAX}`);
    const book = this.books.get(productId);
    return { bids: wireLevels(book.bids, depth), asks: wireLevels(book.asks, depth), timestamp: nanos(book.time), product_id: productId };
  }

  private order(digest: string): object {
    const order = this.engine.order(digest);
    if (order?.state !== 'OPEN') throw refusalOf(2020);
    return wireOrder(order);
  }

  private ordersOf(sender: string, productId: number): object {
    return { sender, product_id: productId, orders: this.engine.openOrders(sender, productId).map(wireOrder) };
  }

  private perpProducts(): readonly object[] {
    return this.engine.config.instruments.map((instrument) => {
      const price = String(this.engine.oraclePrice(instrument.productId) ?? this.engine.markPrice(instrument.productId) ?? ONE);
      return {
        product_id: instrument.productId,
        oracle_price_x18: price,
        index_price_x18: price,
        risk: riskOf(instrument.longWeightInitial, instrument.shortWeightInitial, instrument.longWeightMaintenance, instrument.shortWeightMaintenance),
        state: { cumulative_funding_long_x18: '0', cumulative_funding_short_x18: '0', available_settle: '0', open_interest: '0' },
        book_info: { size_increment: String(instrument.sizeIncrement), price_increment_x18: String(instrument.priceIncrement), min_size: String(instrument.minNotional), collected_fees: '0' },
      };
    });
  }

  private subaccountInfo(subaccount: string): object {
    const account = this.engine.account(subaccount);
    const healths = [account.initial, account.maintenance, account.unweighted].map((health, kind) => this.breakdown(account, health, kind));
    const perps = this.engine.config.instruments.map(({ productId }) => {
      const position = account.positions.find((entry) => entry.productId === productId);
      return { product_id: productId, balance: { amount: String(position?.amount ?? 0), v_quote_balance: String(position?.vQuote ?? 0), last_cumulative_funding_x18: '0' } };
    });
    return { subaccount, exists: account.exists, sim_timestamp: nanos(this.engine.now ?? 0), healths, health_contributions: [], spot_count: 1, perp_count: perps.length, spot_balances: [{ product_id: 0, balance: { amount: String(account.cash) } }], perp_balances: perps, spot_products: [quoteProduct()], perp_products: this.perpProducts() };
  }

  /** Assets and liabilities that sum to the engine's health; `kind`: 0 initial, 1 maintenance, 2 unweighted. */
  private breakdown(account: AccountView, health: X18, kind: number): object {
    const parts = [account.cash, ...account.positions.map((position) => this.contribution(position.productId, position.amount, position.vQuote, kind))];
    const liabilities = parts.filter((part) => part < 0n).reduce((sum, part) => sum - part, 0n);
    return { assets: String(health + liabilities), liabilities: String(liabilities), health: String(health) };
  }

  private contribution(productId: number, amount: X18, vQuote: X18, kind: number): X18 {
    const instrument = this.engine.config.instruments.find((entry) => entry.productId === productId);
    const price = this.engine.oraclePrice(productId) ?? 0n;
    if (!instrument) return vQuote;
    const weights = amount >= 0n ? [instrument.longWeightInitial, instrument.longWeightMaintenance, ONE] : [instrument.shortWeightInitial, instrument.shortWeightMaintenance, ONE];
    return times(times(amount, price), weights[kind] ?? ONE) + vQuote;
  }

  private feeRates(): object {
    const { instruments, transferFee } = this.engine.config;
    return { taker_fee_rates_x18: instruments.map((entry) => String(entry.takerFeeRate)), maker_fee_rates_x18: instruments.map((entry) => String(entry.makerFeeRate)), liquidation_sequencer_fee: String(ONE), health_check_sequencer_fee: String(ONE), taker_sequencer_fee: '0', withdraw_sequencer_fees: [String(transferFee)], fee_tier: 0 };
  }
}

const riskOf = (li: X18, si: X18, lm: X18, sm: X18): object => ({ long_weight_initial_x18: String(li), short_weight_initial_x18: String(si), long_weight_maintenance_x18: String(lm), short_weight_maintenance_x18: String(sm), large_position_penalty_x18: '0' });

const symbolOf = (instrument: EngineInstrument): object => ({
  type: 'perp',
  product_id: instrument.productId,
  symbol: instrument.symbol,
  price_increment_x18: String(instrument.priceIncrement),
  size_increment: String(instrument.sizeIncrement),
  min_size: String(instrument.minNotional),
  maker_fee_rate_x18: String(instrument.makerFeeRate),
  taker_fee_rate_x18: String(instrument.takerFeeRate),
  long_weight_initial_x18: String(instrument.longWeightInitial),
  long_weight_maintenance_x18: String(instrument.longWeightMaintenance),
  max_open_interest_x18: null,
  trading_status: 'live',
  isolated_only: false,
});

const quoteProduct = (): object => ({
  product_id: 0,
  oracle_price_x18: String(ONE),
  risk: riskOf(ONE, ONE, ONE, ONE),
  config: { token: `0x${'00'.repeat(20)}`, interest_inflection_util_x18: '0', interest_floor_x18: '0', interest_small_cap_x18: '0', interest_large_cap_x18: '0', min_deposit_rate_x18: '0' },
  state: { cumulative_deposits_multiplier_x18: String(ONE), cumulative_borrows_multiplier_x18: String(ONE), total_deposits_normalized: '0', total_borrows_normalized: '0' },
  book_info: { size_increment: '0', price_increment_x18: '0', min_size: '0', collected_fees: '0' },
});
