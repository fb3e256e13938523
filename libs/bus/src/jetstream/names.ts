import { PARTITIONS, type Partition } from '@ballast/domain';

/** A user of the bus is a service's credential: its name is a subject token and an inbox prefix. */
export const USER = /^[A-Za-z0-9_-]{1,48}$/;

export const eventsStream = (partition: Partition): string => `EVENTS_${partition}`;
export const EVENT_STREAMS: readonly string[] = Array.from({ length: PARTITIONS }, (_, partition) => eventsStream(partition));
export const MARKET_STREAM = 'MARKET';
export const DEAD_STREAM = 'DEAD';
export const SNAPSHOT_STREAM = 'SNAPSHOTS';
/** Who owns which partitions where a service runs several times: one table for each service, the last one counts. */
export const LEASE_STREAM = 'LEASES';
/** Streams that a user may read through a consumer; the others are read by direct get. */
export const CONSUMED_STREAMS: readonly string[] = [...EVENT_STREAMS, DEAD_STREAM];

/**
 * Consumers of one user on one stream, cursors and readers together. A permission cannot match half a token, so every
 * name that a user may pull from is listed: that is why they are slots and not free names.
 */
export const CONSUMER_SLOTS = 16;
export const consumerName = (user: string, slot: number): string => `${user}-c${slot}`;
export const consumerNames = (user: string): readonly string[] => Array.from({ length: CONSUMER_SLOTS }, (_, slot) => consumerName(user, slot));

export const inboxPrefix = (user: string): string => `_INBOX_${user}`;
export const PROVISIONER = 'provisioner';

/** The last token is the caller: a permission binds it to the credential, so it cannot be another's. */
export const commandSubject = (service: string, partition: Partition, verb: string, user: string): string => `cmd.${service}.${partition}.${verb}.${user}`;
export const querySubject = (service: string, partition: Partition, name: string, user: string): string => `qry.${service}.${partition}.${name}.${user}`;
export const leaseSubject = (service: string): string => `lease.${service}`;
export const deadSubject = (service: string, partition: Partition, lane: string): string => `dead.${service}.${partition}.${lane}`;
