const DOCS = '/api/docs';

/** Scripts, styles and connections of this origin alone; nothing inline, nobody's frame. */
const POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
/** The page of the API's description sets styles on its elements. */
const DOCS_POLICY = POLICY.replace("style-src 'self'", "style-src 'self' 'unsafe-inline'");

/** What a browser may do with an answer; there is no CORS, so that no other origin reads one. */
export const securityHeaders = (url: string): Readonly<Record<string, string>> => ({
  'content-security-policy': url === DOCS || url.startsWith(`${DOCS}/`) ? DOCS_POLICY : POLICY,
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
  ...(url.startsWith('/api') ? { 'cache-control': 'no-store' } : {}),
});
