import type { AwsError } from '../../kernel/failure';
import type { WireRequest, WireResponse } from '../http';
import type { Model, Operation } from '../model';
import type { Match, Protocol } from '../protocol';
import { readForm } from './form';
import { xmlDocument, xmlMembers, xmlText } from './xml';

/** AWS Query and EC2 Query: a form that names its `Action`, answered in XML. */
export class Query implements Protocol {
  private readonly dialect: 'awsQuery' | 'ec2Query';

  constructor(private readonly model: Model) {
    this.dialect = model.protocol === 'ec2Query' ? 'ec2Query' : 'awsQuery';
  }

  match(request: WireRequest): { name: string; match?: Match } {
    const name = formOf(request).get('Action') ?? '';
    const operation = this.model.operations.get(name);
    return { name, match: operation && { operation, labels: {} } };
  }

  async read({ operation }: Match, request: WireRequest): Promise<Record<string, unknown>> {
    return operation.input.isUnitSchema() ? {} : readForm(operation.input, formOf(request), this.dialect);
  }

  write(
    { name, output: schema }: Operation,
    output: Readonly<Record<string, unknown>>,
    requestId: string,
  ): WireResponse {
    const members = schema.isUnitSchema() ? '' : xmlMembers(this.model, schema, output);
    const content =
      this.dialect === 'ec2Query'
        ? `<requestId>${requestId}</requestId>${members}`
        : `${schema.isUnitSchema() ? '' : `<${name}Result>${members}</${name}Result>`}` +
          `<ResponseMetadata><RequestId>${requestId}</RequestId></ResponseMetadata>`;
    return {
      status: 200,
      headers: headersOf(requestId),
      body: xmlDocument(`<${name}Response xmlns="${this.model.xmlNamespace}">${content}</${name}Response>`),
    };
  }

  refuse(error: AwsError, requestId: string): WireResponse {
    const modelled = this.model.errors.get(error.code);
    const fault = modelled?.fault ?? (error.status >= 500 ? 'Receiver' : 'Sender');
    const xml = `<Code>${xmlText(modelled?.code ?? error.code)}</Code><Message>${xmlText(error.message)}</Message>`;
    const body =
      this.dialect === 'ec2Query'
        ? `<Response><Errors><Error>${xml}</Error></Errors><RequestID>${requestId}</RequestID></Response>`
        : `<ErrorResponse xmlns="${this.model.xmlNamespace}"><Error><Type>${fault}</Type>${xml}</Error>` +
          `<RequestId>${requestId}</RequestId></ErrorResponse>`;
    return { status: modelled?.status ?? error.status, headers: headersOf(requestId), body: xmlDocument(body) };
  }
}

const headersOf = (requestId: string) => ({ 'x-amzn-requestid': requestId, 'content-type': 'text/xml' });

const formOf = (request: WireRequest) =>
  request.method === 'GET' ? request.query : new URLSearchParams(request.body.toString('utf8'));
