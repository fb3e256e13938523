import { JOBS, type ProcessSpec, readStrategies, topology } from '@ballast/topology';
import { certificatesOf, secretsOf } from '../generate/files.js';
import { encryptionFaults } from './encryption.js';
import { imageFaults } from './images.js';
import { logStorageFaults } from './log-storage.js';
import { neededConnections } from './needs.js';
import { networkFaults } from './network.js';
import { podSecurityFaults } from './pod-security.js';
import { duplicateFaults, referenceFaults } from './references.js';
import type { Overlay } from './render.js';
import { schemaFaults } from './schema.js';
import { type ExpectedSecrets, secretFaults } from './secrets.js';
import { settingFaults } from './settings.js';

/** What the manifests are held against: processes and secrets as the topology has them. */
export interface Expected extends ExpectedSecrets {
  readonly processes: readonly ProcessSpec[];
}

/** `root` is the top folder of the working copy. */
export const expectedIn = (root: string): Expected => ({ processes: topology(readStrategies(root)), secrets: secretsOf(root), certificates: certificatesOf(root) });

/** A process that is not in the overlay would be missed by nobody: nothing selects it. */
function absentFaults({ manifests }: Overlay, { processes }: Expected): readonly string[] {
  const names = manifests.filter(({ kind }) => kind === 'StatefulSet' || kind === 'Deployment').map(({ metadata }) => metadata.name);
  return processes.filter(({ name, simulation }) => !simulation && !names.includes(name)).map(({ name }) => `${name}: is in no workload`);
}

const simulationFaults = ({ name, manifests }: Overlay, { processes }: Expected): readonly string[] =>
  name === 'dev' ? [] : manifests.filter(({ metadata }) => [...processes, ...JOBS].some((process) => process.simulation && process.name === metadata.name)).map(({ kind, metadata }) => `${kind}/${metadata.name}: is for trials and has no place in ${name}`);

/** Everything that is wrong with an overlay, a line each; what is malformed is told alone. `release`: as it will be deployed now. */
export async function overlayFaults(overlay: Overlay, expected: Expected, release = false): Promise<readonly string[]> {
  const { name, manifests, faults } = overlay;
  const malformed = [...faults, ...(await schemaFaults(manifests))];
  if (malformed.length > 0) return malformed;
  return [
    ...duplicateFaults(manifests),
    ...podSecurityFaults(manifests),
    ...referenceFaults(manifests),
    ...networkFaults(manifests, neededConnections(manifests, expected.processes)),
    ...secretFaults(manifests, expected),
    ...encryptionFaults(manifests, expected.processes),
    ...settingFaults(manifests, expected.processes),
    ...logStorageFaults(manifests),
    ...imageFaults(manifests, { overlay: name, release }),
    ...absentFaults(overlay, expected),
    ...simulationFaults(overlay, expected),
  ];
}
