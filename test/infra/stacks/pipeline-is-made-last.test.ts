import { template } from '../synthesized';

test('the pipeline is created last, because it starts at once, and a failed deployment must not have run it', () => {
  const resources = template('greeter-pipeline').toJSON().Resources as Record<string, object>;
  const found = new Set<string>();
  const visit = (logicalId: string) => {
    if (found.has(logicalId)) return;
    found.add(logicalId);
    for (const other of Object.keys(resources)) {
      if (JSON.stringify(resources[logicalId]).includes(`"${other}"`)) visit(other);
    }
  };
  visit('Pipeline');
  expect(Object.keys(resources).filter((logicalId) => !found.has(logicalId))).toEqual([]);
});
