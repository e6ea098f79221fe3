import { PutParameterCommand, paginateGetParameterHistory, type SSMClient } from '@aws-sdk/client-ssm';
import type { Count, Counter } from './version';

/** The counter as an SSM parameter: its value is the version's text, and its description the execution that took it. */
export function ssmCounter(ssm: SSMClient, parameter: string): Counter {
  async function put(value: string, description: string): Promise<number> {
    const command = new PutParameterCommand({
      Name: parameter,
      Value: value,
      Description: description,
      Overwrite: true,
    });
    return (await ssm.send(command)).Version!;
  }
  return {
    async history() {
      const counts: Count[] = [];
      for await (const page of paginateGetParameterHistory({ client: ssm, pageSize: 50 }, { Name: parameter })) {
        for (const { Version = 0, Value = '', Description } of page.Parameters ?? []) {
          counts.push({ number: Version, value: Value, takenBy: Description?.replace(PREFIX, '') });
        }
      }
      return counts;
    },
    write: (value, takenBy) => put(value, `${PREFIX}${takenBy}`),
    passOver: (value) => put(value, 'Passed over: Image Builder has this version'),
  };
}

const PREFIX = 'Taken by pipeline execution ';
