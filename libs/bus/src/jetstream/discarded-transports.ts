import { NodeTransport } from 'nats/lib/src/node_transport.js';

/**
 * Has nats.js close what it discards. Version 2.29 leaves an attempt to connect that took too long behind as it is. Where a server answers
 * that one late, its end passes for the end of the connection that stands by then: the client makes another one, and leaves open the one that
 * was whole, with all its subscriptions. From then on a part of what is asked comes by connections whose answers go out on another one, which
 * the server refuses, and there are more of them with each turn.
 */
export function closeDiscardedTransports(): void {
  NodeTransport.prototype.discard = function discard(this: NodeTransport): void {
    // Once it is done, nothing that still happens to it is told to anybody.
    this.done = true;
    this.yields = [];
    this.signal.resolve();
    // The type knows no transport without a socket, which is one that has not been answered.
    const socket = this.socket as NodeTransport['socket'] | undefined;
    socket?.removeAllListeners().on('error', () => undefined).destroy();
  };
}
