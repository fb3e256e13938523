import { JetStreamLeases } from './jetstream-leases.js';
import { PartitionShare, type ShareOptions } from './partition-share.js';

/** What there is to have: everything, or nothing. */
const WHOLE = [0] as const;

export interface LeadershipOptions extends Pick<ShareOptions, 'ttlMs' | 'writer' | 'onFailure'> {
  /** `nats://host:port`, several with commas. */
  readonly url: string;
  /** The service whose processes take turns; also the credential's name. */
  readonly service: string;
  readonly credentialSeedFile?: string | undefined;
}

/** Has one of several equal processes do the work while the others stand by: by the lease table of their service (ADR 27). */
export class Leadership {
  private end: (() => void) | undefined;

  constructor(private readonly share: Pick<PartitionShare, 'holds' | 'units' | 'onBeat' | 'start' | 'leave'>) {}

  /** Waits for a server that is not there yet. */
  static async open({ url, service, credentialSeedFile, ...options }: LeadershipOptions): Promise<Leadership> {
    const store = await JetStreamLeases.open({ url, service, units: WHOLE.length, ...(credentialSeedFile === undefined ? {} : { credentialSeedFile }) });
    return new Leadership(new PartitionShare(store, { ...options, replica: store.replica, units: WHOLE.length }));
  }

  /** Whether this process may do the work at this moment: what it has begun before it was frozen may be another's by now. */
  readonly holds = (): boolean => this.share.holds(WHOLE);

  /** From now on `begin` whenever this process comes to lead; what that gives back ends it, once another one does. */
  start(begin: () => () => void): void {
    this.share.onBeat(() => {
      const leads = this.share.units.length > 0;
      if (leads) this.end ??= begin();
      else this.rest();
    });
    this.share.start();
  }

  /** Takes no more work, and says that it is gone: another one leads at once. */
  async leave(): Promise<void> {
    this.rest();
    await this.share.leave();
  }

  private rest(): void {
    this.end?.();
    this.end = undefined;
  }
}
