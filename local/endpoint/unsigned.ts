import { AwsError } from '../kernel/failure';
import { unsigned } from './authentication';
import type { WireRequest, WireResponse } from './http';
import type { ProtocolName } from './model';
import { jsonRefusal } from './protocols/json';
import { xmlDocument, xmlText } from './protocols/xml';

type Head = Omit<WireRequest, 'body'>;

/**
 * Returns the refusal of a request without a Signature Version 4. It does not name its service, so the protocol is
 * guessed from its form.
 */
export function refuseUnsigned(head: Head, requestId: string): WireResponse {
  const protocol = guessedProtocol(head);
  const error = isSignedInVersion2(head) ? versionTooOld() : unsigned(protocol);
  if (protocol === 'awsJson1_1') {
    return jsonRefusal(error, { requestId, status: error.status, contentType: 'application/x-amz-json-1.1' });
  }
  const xml = `<Error><Code>${error.code}</Code><Message>${xmlText(error.message)}</Message>`;
  const body =
    protocol === 'awsQuery'
      ? `<ErrorResponse>${xml}</Error><RequestId>${requestId}</RequestId></ErrorResponse>`
      : `${xml}<RequestId>${requestId}</RequestId></Error>`;
  const headers = { 'x-amzn-requestid': requestId, 'content-type': 'application/xml' };
  return { status: error.status, headers, body: xmlDocument(body) };
}

function guessedProtocol({ headers }: Head): ProtocolName {
  const type = headers['content-type'] ?? '';
  if (/json/.test(type)) return 'awsJson1_1';
  return /x-www-form-urlencoded/.test(type) ? 'awsQuery' : 'restXml';
}

/** As version 1 of the AWS CLI presigns S3's URLs, unless `signature_version = s3v4` is configured. */
const isSignedInVersion2 = ({ headers, query }: Head) =>
  query.has('AWSAccessKeyId') || /^AWS /.test(headers['authorization'] ?? '');

const versionTooOld = () =>
  new AwsError(
    'InvalidRequest',
    'The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256.',
  );
