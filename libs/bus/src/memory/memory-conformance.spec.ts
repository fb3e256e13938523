import { busConformance } from '../conformance/bus-conformance.js';
import { InMemoryDeadLetters } from './memory-dead-letters.js';
import { InMemoryEventStore } from './memory-event-store.js';
import { InMemorySnapshots } from './memory-snapshots.js';
import { VirtualClock } from './virtual-clock.js';

busConformance('memory', () => {
  const clock = new VirtualClock(1_700_000_000_000);
  const ports = { store: new InMemoryEventStore(clock.work), deadLetters: new InMemoryDeadLetters(), snapshots: new InMemorySnapshots() };
  return Promise.resolve({
    clock,
    connect: () => Promise.resolve(ports),
    inject: (partition, subject, bytes) => {
      ports.store.add(partition, subject, bytes);
      return Promise.resolve();
    },
    close: () => Promise.resolve(),
  });
});
