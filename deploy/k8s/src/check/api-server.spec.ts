import { describe, expect, it } from 'vitest';
import { overlaysIn } from './api-server.js';

describe('the overlays that are checked', () => {
  it('are all, where none is named, and else the one that is', () => {
    expect(overlaysIn({})).toEqual(['dev', 'staging', 'prod']);
    expect(overlaysIn({ OVERLAY: '', KUBECONFIG: '' })).toEqual(['dev', 'staging', 'prod']);
    expect(overlaysIn({ OVERLAY: 'prod' })).toEqual(['prod']);
  });

  it('are one, where an API server is asked: it has the namespace of no other', () => {
    expect(overlaysIn({ OVERLAY: 'staging', KUBECONFIG: 'config' })).toEqual(['staging']);
    expect(() => overlaysIn({ KUBECONFIG: 'config' })).toThrow('OVERLAY: found nothing, allowed are dev, staging, prod');
  });

  it('are overlays that there are', () => {
    expect(() => overlaysIn({ OVERLAY: 'production' })).toThrow('OVERLAY: found "production", allowed are dev, staging, prod');
  });
});
