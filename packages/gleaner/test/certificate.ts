import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

/** A certificate for localhost that nobody has signed but itself, made anew, in files. */
export function selfSigned(): Disposable & { key: Buffer; cert: Buffer; certFile: string } {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'gleaner-certificate-'));
  const [keyFile, certFile] = [path.join(folder, 'key.pem'), path.join(folder, 'cert.pem')];
  const request =
    'req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=localhost';
  const names = ['-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'];
  execFileSync('openssl', [...request.split(' '), ...names, '-keyout', keyFile, '-out', certFile], {
    stdio: 'ignore',
  });
  return {
    key: readFileSync(keyFile),
    cert: readFileSync(certFile),
    certFile,
    [Symbol.dispose]: () => rmSync(folder, { recursive: true }),
  };
}
