import { WORKSPACE_ROOT } from '@ballast/testing';
import { demoConfig } from './config.js';
import { Demo } from './demo.js';
import { demonstrate } from './demonstrate.js';

const notifyIn = (env: NodeJS.ProcessEnv): Readonly<Record<string, string>> => Object.fromEntries(Object.entries(env).flatMap(([name, value]) => (name.startsWith('NOTIFY_') && value !== undefined ? [[name, value]] : [])));

void demonstrate('demo', () => new Demo(demoConfig(process.env, WORKSPACE_ROOT), WORKSPACE_ROOT, notifyIn(process.env)));
