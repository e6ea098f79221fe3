import type { UserMistake } from '../../../kernel/failure';
import { notAllowed } from './allowed-values';
import { checkReferences } from './check-references';
import type { ComponentDocument, Json, ParameterDeclaration, Phase, Step } from './document';
import { parseStep } from './parse-step';
import { DocumentSource, type Path } from './source';

/**
 * Reads a component document and checks every rule of the language (D1–D13) before anything runs. Throws a
 * `UserMistake` with line and column; for mistakes in a step with AWS's message ("Parsing step 'X' in phase 'Y' failed.
 * …").
 */
export function parseDocument(text: string): ComponentDocument {
  const source = DocumentSource.read(text);
  const top = asMap(source, source.value, []);
  onlyKeys(source, top, { path: [], allowed: TOP_KEYS });
  if (!['1', '1.0'].includes(source.text(['schemaVersion']) ?? '')) {
    throw source.mistake(['schemaVersion'], "the document needs 'schemaVersion: 1.0', the only version there is");
  }
  const parameters = parseParameters(source, top['parameters'] ?? []);
  const constants = parseConstants(source, top['constants'] ?? []);
  const twice = parameters.find((parameter) => parameter.name in constants);
  if (twice) throw source.mistake(['constants'], `'${twice.name}' is both a parameter and a constant`);
  const quiet = top['disableLogging'] === true;
  const phases = asList(source, top['phases'] ?? null, ['phases']).map((_, index) => parsePhase(source, index, quiet));
  checkPhaseNames(source, phases);
  const document: ComponentDocument = {
    name: source.text(['name']),
    description: source.text(['description']),
    parameters,
    constants,
    phases,
  };
  checkReferences(source, document);
  return document;
}

const TOP_KEYS = ['name', 'description', 'schemaVersion', 'parameters', 'constants', 'phases', 'disableLogging'];
const NAME = /^[A-Za-z0-9_-]{3,128}$/;
const MOST_PARAMETERS = 25;
const LONGEST_VALUE = 1024;

/** Image Builder runs no other phases (D4). */
const IMAGE_BUILDER_PHASES: readonly string[] = ['build', 'validate', 'test'];

function parseParameters(source: DocumentSource, value: Json): ParameterDeclaration[] {
  const parameters = declarations(source, value, 'parameters').map(({ name, path }) => {
    onlyKeys(source, asMap(source, at(source.value, path), path), {
      path,
      allowed: ['type', 'default', 'description', 'allowedValues'],
    });
    stringType(source, path);
    const declaration = {
      name,
      default: source.text([...path, 'default']),
      description: source.text([...path, 'description']),
      ...allowedValues(source, path),
    };
    const refused = notAllowed(declaration, declaration.default);
    if (refused) throw source.mistake([...path, 'default'], refused);
    return declaration;
  });
  if (parameters.length > MOST_PARAMETERS) {
    throw source.mistake(
      ['parameters'],
      `a component has at most ${MOST_PARAMETERS} parameters, not ${parameters.length}`,
    );
  }
  return parameters;
}

/** AWS's own samples have them; its documentation does not. */
function allowedValues(source: DocumentSource, parameter: Path): { allowedValues?: string[] } {
  const path = [...parameter, 'allowedValues'];
  const given = at(source.value, path);
  if (given === undefined || given === null) return {};
  return { allowedValues: asList(source, given, path).map((_, index) => source.text([...path, index]) ?? '') };
}

function parseConstants(source: DocumentSource, value: Json): Record<string, string> {
  const entries = declarations(source, value, 'constants').map(({ name, path }) => {
    onlyKeys(source, asMap(source, at(source.value, path), path), { path, allowed: ['type', 'value'] });
    stringType(source, path);
    const constant = source.text([...path, 'value']);
    if (constant === undefined) throw source.mistake(path, `constant '${name}' has no value`);
    return [name, constant] as const;
  });
  return Object.fromEntries(entries);
}

/** `- Name: {type: string, …}`, each name once (D6). */
function declarations(source: DocumentSource, value: Json, section: string): { name: string; path: Path }[] {
  const seen = new Set<string>();
  return asList(source, value, [section]).map((item, index) => {
    const [name = '', ...more] = Object.keys(asMap(source, item, [section, index]));
    const path = [section, index, name];
    if (more.length > 0 || !NAME.test(name)) {
      throw source.mistake(
        [section, index],
        `'${name}' is no name: 3 to 128 letters, digits, '-' or '_', one to an entry`,
      );
    }
    if (seen.has(name)) throw source.mistake(path, `'${name}' is declared twice in ${section}`);
    seen.add(name);
    const text = source.text([...path, section === 'constants' ? 'value' : 'default']) ?? '';
    if (text.length > LONGEST_VALUE)
      throw source.mistake(path, `the value of '${name}' is longer than ${LONGEST_VALUE} characters`);
    return { name, path };
  });
}

function stringType(source: DocumentSource, path: Path): void {
  if (source.text([...path, 'type']) !== 'string') {
    throw source.mistake([...path, 'type'], "'type: string' is required, the only type there is");
  }
}

function parsePhase(source: DocumentSource, index: number, quiet: boolean): Phase {
  const path = ['phases', index];
  const phase = asMap(source, at(source.value, path), path);
  onlyKeys(source, phase, { path, allowed: ['name', 'steps', 'disableLogging'] });
  const name = requireName(source, [...path, 'name'], 'phase');
  const stepsPath = [...path, 'steps'];
  const steps: Step[] = [];
  for (const [position, value] of asList(source, phase['steps'] ?? null, stepsPath).entries()) {
    const stepPath = [...stepsPath, position];
    const raw = asMap(source, value, stepPath);
    const step = requireName(source, [...stepPath, 'name'], 'step');
    if (steps.some((other) => other.name === step)) {
      throw source.mistake([...stepPath, 'name'], `there is more than one step '${step}' in phase '${name}'`);
    }
    const mistake = (inner: Path, what: string) =>
      source.mistake([...stepPath, ...inner], `Parsing step '${step}' in phase '${name}' failed. Error: ${what}`);
    const disabled = quiet || phase['disableLogging'] === true;
    steps.push(
      parseStep(raw, { name: step, quiet: disabled, mistake, text: (inner) => source.text([...stepPath, ...inner]) }),
    );
  }
  return { name, steps };
}

function requireName(source: DocumentSource, path: Path, what: string): string {
  const name = source.text(path);
  if (name !== undefined && NAME.test(name)) return name;
  throw source.mistake(
    path,
    `a ${what} needs a name of 3 to 128 letters, digits, '-' or '_'${name ? `, not '${name}'` : ''}`,
  );
}

function checkPhaseNames(source: DocumentSource, phases: readonly Phase[]): void {
  for (const [index, phase] of phases.entries()) {
    if (phases.findIndex((other) => other.name === phase.name) !== index) {
      throw source.mistake(['phases', index, 'name'], `there is more than one phase '${phase.name}'`);
    }
  }
  if (!phases.some((phase) => IMAGE_BUILDER_PHASES.includes(phase.name))) {
    throw source.mistake(
      ['phases'],
      `a document needs a phase named ${IMAGE_BUILDER_PHASES.join(', ')} (one of them at least)`,
    );
  }
}

function onlyKeys(
  source: DocumentSource,
  map: Record<string, Json>,
  where: { path: Path; allowed: readonly string[] },
): void {
  const unknown = Object.keys(map).find((key) => !where.allowed.includes(key));
  if (unknown === undefined) return;
  throw source.mistake(
    [...where.path, unknown],
    `'${unknown}' is not known here`,
    `known are ${where.allowed.join(', ')}`,
  );
}

function asMap(source: DocumentSource, value: Json, path: Path): Record<string, Json> {
  if (value && typeof value === 'object' && !Array.isArray(value)) return value;
  throw source.mistake(path, `${path.length ? `'${path.join('.')}'` : 'a component document'} must be a map`);
}

function asList(source: DocumentSource, value: Json, path: Path): Json[] {
  if (Array.isArray(value)) return value;
  throw source.mistake(path, `'${path.join('.')}' must be a list`);
}

function at(value: Json, path: Path): Json {
  let current: Json = value;
  for (const key of path) current = ((current as Record<string | number, Json> | null)?.[key] ?? null) as Json;
  return current;
}

/** Returns the message of a `UserMistake` of `parseDocument`, for a refusal. */
export function mistakeWords(mistake: UserMistake): string {
  return `${mistake.what} (${mistake.place})${mistake.remedy ? `: ${mistake.remedy}` : ''}`;
}
