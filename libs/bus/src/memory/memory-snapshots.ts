import { SnapshotStore } from '../ports/event-store.js';

export class InMemorySnapshots extends SnapshotStore {
  private readonly kept = new Map<string, Uint8Array>();

  save(key: string, bytes: Uint8Array): Promise<void> {
    this.kept.set(key, Uint8Array.from(bytes));
    return Promise.resolve();
  }

  load(key: string): Promise<Uint8Array | undefined> {
    return Promise.resolve(this.kept.get(key));
  }
}
