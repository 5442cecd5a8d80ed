import { generateKeyPairSync, randomBytes, sign } from 'node:crypto';

/** Whom a certificate is for, and when it is valid, in milliseconds since 1970. */
export interface Validity {
  readonly host: string;
  readonly from: number;
  readonly to: number;
}

/** A certificate, signed by nobody but itself, and its key; both PEM. */
export interface Certificate {
  readonly cert: string;
  readonly key: string;
}

const SEQUENCE = 0x30;
const SET = 0x31;
const INTEGER = 0x02;
const BIT_STRING = 0x03;
const OCTET_STRING = 0x04;
const OID = 0x06;
const UTF8_STRING = 0x0c;
const GENERALIZED_TIME = 0x18;

/** ecdsa-with-SHA256 (RFC 5758, 3.2), commonName (X.520), subjectAltName (RFC 5280, 4.2.1.6). */
const ECDSA_SHA256 = der(SEQUENCE, der(OID, Buffer.from('2a8648ce3d040302', 'hex')));
const COMMON_NAME = der(OID, Buffer.from('550403', 'hex'));
const ALTERNATIVE_NAME = der(OID, Buffer.from('551d11', 'hex'));

/** Makes an X.509 certificate (RFC 5280, 4.1), valid or not. */
export function certificate({ host, from, to }: Validity): Certificate {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const name = der(SEQUENCE, der(SET, der(SEQUENCE, COMMON_NAME, der(UTF8_STRING, Buffer.from(host)))));
  // dNSName, and iPAddress where it is one.
  const address = /^\d+(\.\d+){3}$/.test(host) ? Buffer.from(host.split('.').map(Number)) : undefined;
  const names = der(SEQUENCE, address === undefined ? der(0x82, Buffer.from(host)) : der(0x87, address));
  const extensions = der(SEQUENCE, der(SEQUENCE, ALTERNATIVE_NAME, der(OCTET_STRING, names)));
  const toBeSigned = der(
    SEQUENCE,
    der(0xa0, der(INTEGER, Buffer.from([2]))),
    der(INTEGER, Buffer.concat([Buffer.from([1]), randomBytes(8)])),
    ECDSA_SHA256,
    name,
    der(SEQUENCE, time(from), time(to)),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, extensions),
  );
  const signature = sign('sha256', toBeSigned, privateKey);
  const whole = der(SEQUENCE, toBeSigned, ECDSA_SHA256, der(BIT_STRING, Buffer.from([0]), signature));
  return {
    cert: `-----BEGIN CERTIFICATE-----\n${whole.toString('base64')}\n-----END CERTIFICATE-----\n`,
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}

function time(at: number): Buffer {
  const digits = new Date(at).toISOString().replace(/\.\d+|[^\dZ]/g, '');
  return der(GENERALIZED_TIME, Buffer.from(digits));
}

/** A value with its tag and length (X.690, 8.1). */
function der(tag: number, ...parts: Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  const { length } = content;
  const size =
    length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
}
