import type { Manifest } from '../manifest.js';
import { labelsOf } from './conventions.js';
import type { SecretSpec } from './secrets.js';

/** Where an environment's secrets are kept: made by whoever runs the cluster, one in each namespace. */
export const SECRET_STORE = 'ballast';

/** The order to fetch one Secret from the store: `<name>` there, a property for each key. */
export const externalSecret = ({ name, keys, meaning }: SecretSpec): Manifest => ({
  apiVersion: 'external-secrets.io/v1',
  kind: 'ExternalSecret',
  metadata: { name, labels: { ...labelsOf('secrets') }, annotations: { 'ballast.io/description': meaning } },
  spec: {
    refreshInterval: '1h',
    secretStoreRef: { kind: 'SecretStore', name: SECRET_STORE },
    target: { name, creationPolicy: 'Owner', deletionPolicy: 'Retain' },
    data: keys.map((key) => ({ secretKey: key, remoteRef: { key: name, property: key } })),
  },
});
