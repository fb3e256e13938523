import { stringify } from 'yaml';

/**
 * Where alerts go: pages at once, tickets in bundles, the watchdog every minute to who misses it. The addresses are files that whoever
 * deploys puts beside the configuration, so that no secret is in it.
 */
export function alertmanagerYaml(): string {
  const receiver = (name: string): unknown => ({ name, webhook_configs: [{ url_file: `/etc/alertmanager/receivers/${name}.url`, send_resolved: true }] });
  return stringify({
    route: {
      receiver: 'tickets',
      group_by: ['alertname', 'job', 'bot', 'portfolio'],
      group_wait: '30s',
      group_interval: '5m',
      repeat_interval: '12h',
      routes: [
        { matchers: ['alertname = "Watchdog"'], receiver: 'watchdog', group_wait: '0s', group_interval: '1m', repeat_interval: '1m' },
        { matchers: ['severity = "page"'], receiver: 'pages', group_wait: '5s', group_interval: '1m', repeat_interval: '1h' },
      ],
    },
    // What follows from a cause that pages already is not told again.
    inhibit_rules: [
      { source_matchers: ['alertname = "NatsDown"'], target_matchers: ['alertname =~ "ServiceNotReady|ConsumerLag|MarketClockStuck|MarketDataStale|NatsUnseen"'] },
      { source_matchers: ['alertname = "ServiceDown"'], target_matchers: ['alertname =~ "ReplicaDown|ServiceNotReady|ServiceRestarts|UptimeLow"'], equal: ['job'] },
      { source_matchers: ['severity = "page"'], target_matchers: ['severity = "ticket"'], equal: ['alertname'] },
    ],
    receivers: ['pages', 'tickets', 'watchdog'].map(receiver),
  });
}
