import type { IContainer, IPodSpec } from 'kubernetes-models/v1';
import { type Manifest, nameOf } from '../manifest.js';

/** What makes pods: its name, the labels of its pods and what they are made of. */
export interface PodTemplate {
  /** `StatefulSet/risk`. */
  readonly id: string;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly spec: IPodSpec;
  readonly replicas: number;
  /** Runs to its end: serves nobody and needs no probe. */
  readonly isJob: boolean;
  readonly manifest: Manifest;
}

interface WithTemplate {
  readonly replicas?: number;
  readonly template?: { readonly metadata?: Partial<Pick<PodTemplate, 'labels' | 'annotations'>>; readonly spec: IPodSpec };
  readonly jobTemplate?: { readonly spec: WithTemplate };
}

/** Every object that makes pods. */
export const podTemplates = (manifests: readonly Manifest[]): readonly PodTemplate[] =>
  manifests.flatMap((manifest) => {
    const outer = (manifest['spec'] ?? {}) as WithTemplate;
    const { template } = outer.jobTemplate?.spec ?? outer;
    if (!['Deployment', 'StatefulSet', 'DaemonSet', 'Job', 'CronJob'].includes(manifest.kind) || template === undefined) return [];
    return [{ id: nameOf(manifest), name: manifest.metadata.name, labels: template.metadata?.labels ?? {}, annotations: template.metadata?.annotations ?? {}, spec: template.spec, replicas: outer.replicas ?? 1, isJob: manifest.kind === 'Job' || manifest.kind === 'CronJob', manifest }];
  });

export const containersOf = ({ initContainers = [], containers }: IPodSpec): readonly IContainer[] => [...initContainers, ...containers];

/** A label selector as Kubernetes writes it. */
export interface Selector {
  readonly matchLabels?: Readonly<Record<string, string>>;
  readonly matchExpressions?: readonly { readonly key: string; readonly operator: string; readonly values?: readonly string[] }[];
}

/** Whether labels fit a selector; an empty one fits everything. @throws Error for an operator that these manifests do not use */
export function selects({ matchLabels = {}, matchExpressions = [] }: Selector, labels: Readonly<Record<string, string>>): boolean {
  return Object.entries(matchLabels).every(([key, value]) => labels[key] === value) && matchExpressions.every(({ key, operator, values = [] }) => {
    if (operator !== 'In') throw new Error(`selector: found the operator ${operator}, allowed is In`);
    return values.includes(labels[key] ?? '');
  });
}
