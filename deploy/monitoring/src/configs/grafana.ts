import { stringify } from 'yaml';

/** Where Grafana finds Prometheus and where the dashboards are in its container. */
export const grafanaDatasourceYaml = (prometheusUrl: string): string =>
  stringify({ apiVersion: 1, datasources: [{ name: 'Prometheus', uid: 'prometheus', type: 'prometheus', access: 'proxy', url: prometheusUrl, isDefault: true, editable: false, jsonData: { timeInterval: '10s', httpMethod: 'POST' } }] });

/** Grafana reads every dashboard of a folder; nobody changes them there. */
export const grafanaProviderYaml = (folder: string): string =>
  stringify({ apiVersion: 1, providers: [{ name: 'ballast', folder: 'Ballast', type: 'file', disableDeletion: true, allowUiUpdates: false, options: { path: folder, foldersFromFilesStructure: false } }] });
