import { startNatsExporter } from './exporter.js';

const { NATS_MONITOR_URL: monitorUrl = 'http://127.0.0.1:8222', EXPORTER_HOST: host = '127.0.0.1', EXPORTER_PORT: port = '7777' } = process.env;
if (!/^\d{1,5}$/.test(port)) throw new Error(`EXPORTER_PORT: found "${port}", allowed is a port from 0 to 65535`);
const exporter = await startNatsExporter({ monitorUrl, host, port: Number(port) });
process.stdout.write(`tells ${monitorUrl} on port ${exporter.port}\n`);
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void exporter.close());
