import type { IScaledObject } from '@kubernetes-models/keda/keda.sh/v1alpha1/ScaledObject';
import { PARTITIONS } from '@ballast/domain';
import type { ProcessSpec } from '@ballast/topology';
import { labelsOf, PROMETHEUS_URL } from './conventions.js';
import { isStateful, replicasOf } from './workload.js';

const STRATEGY = /^strategy-/;
/** Cores that a replica is meant to use: a process has one, and what is left is for the burst and for the partitions of a dead one. */
const CORES_OF_A_REPLICA = '0.6';
const POLL_S = 30;
/** A change of replicas moves partitions: it is not undone before an hour without need. */
const CALM_S = 3_600;

/** Strategies: what they cost is written by whoever wrote them, they share partitions, and no order is in their hands. */
const isScaled = (process: ProcessSpec): boolean => STRATEGY.test(process.name) && isStateful(process);

/** By what all replicas use together, which does not change with their number; by Prometheus, which has it. */
export const scaledObjects = (processes: readonly ProcessSpec[]): readonly IScaledObject[] =>
  processes.filter(isScaled).map((process) => ({
    apiVersion: 'keda.sh/v1alpha1',
    kind: 'ScaledObject',
    metadata: { name: process.name, labels: { ...labelsOf(process.name) } },
    spec: {
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'StatefulSet', name: process.name },
      minReplicaCount: replicasOf(process),
      maxReplicaCount: PARTITIONS,
      pollingInterval: POLL_S,
      advanced: { horizontalPodAutoscalerConfig: { behavior: { scaleDown: { stabilizationWindowSeconds: CALM_S } } } },
      triggers: [
        {
          type: 'prometheus',
          metadata: {
            serverAddress: PROMETHEUS_URL,
            query: `sum(rate(process_cpu_seconds_total{job="${process.name}"}[5m]))`,
            threshold: CORES_OF_A_REPLICA,
            ignoreNullValues: 'true',
          },
        },
      ],
    },
  }));
