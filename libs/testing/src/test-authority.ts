import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Where a machine has no openssl, nothing about certificates can be tried. */
export const HAS_OPENSSL = spawnSync('openssl', ['version']).status === 0;

/** A certificate with its key, and the authority that signed it. */
export interface TestCertificate {
  readonly certFile: string;
  readonly keyFile: string;
  readonly caFile: string;
}

/** What a certificate says of its owner, in openssl's words. */
export interface TestCertificateOptions {
  /** `DNS:<host>`, `IP:<address>`. Default: the loopback interface. */
  readonly names?: readonly string[];
  /** `serverAuth`, `clientAuth`. Default both. */
  readonly usages?: readonly string[];
}

function openssl(args: readonly string[]): void {
  const { status, stderr } = spawnSync('openssl', args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`openssl ${args.join(' ')}: ${stderr}`);
}

const NEW_KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];

/** An authority of its own, which signs certificates for this machine. */
export class TestAuthority {
  readonly caFile: string;

  constructor(
    private readonly folder: string,
    private readonly name: string,
  ) {
    this.caFile = join(folder, `${name}-ca.pem`);
    openssl(['req', '-x509', ...NEW_KEY, '-days', '2', '-subj', `/CN=${name}`, '-keyout', this.keyOf('ca'), '-out', this.caFile]);
  }

  /** A certificate for `of`, in files of that name. */
  certificate(of: string, { names = ['IP:127.0.0.1', 'DNS:localhost'], usages = ['serverAuth', 'clientAuth'] }: TestCertificateOptions = {}): TestCertificate {
    const [request, extensions, certFile] = [`${this.name}-${of}.csr`, `${this.name}-${of}.ext`, `${this.name}-${of}.pem`].map((file) => join(this.folder, file)) as [string, string, string];
    openssl(['req', ...NEW_KEY, '-subj', `/CN=${of}`, '-keyout', this.keyOf(of), '-out', request]);
    writeFileSync(extensions, [...(names.length > 0 ? [`subjectAltName=${names.join(',')}`] : []), `extendedKeyUsage=${usages.join(',')}`, ''].join('\n'));
    openssl(['x509', '-req', '-in', request, '-CA', this.caFile, '-CAkey', this.keyOf('ca'), '-CAcreateserial', '-days', '2', '-extfile', extensions, '-out', certFile]);
    return { certFile, keyFile: this.keyOf(of), caFile: this.caFile };
  }

  private keyOf(of: string): string {
    return join(this.folder, `${this.name}-${of}.key`);
  }
}
