import { WORKSPACE_ROOT } from '@ballast/testing';
import { demonstrate } from '../demo/demonstrate.js';
import { swingDemoConfig } from './config.js';
import { SwingDemo } from './swing-demo.js';

void demonstrate('demo-swing', () => new SwingDemo(swingDemoConfig(process.env, WORKSPACE_ROOT), WORKSPACE_ROOT));
