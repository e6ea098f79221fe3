import { arn, type Scope } from '../../kernel/arn';
import type { Clock } from '../../kernel/clock';
import { AwsError } from '../../kernel/failure';
import type { Collection, Store } from '../../kernel/store';
import type { Caches } from './cache';
import type { Project } from './records';

/** A project as a person describes it: without the dates. */
export type ProjectSpec = Omit<Project, 'created' | 'lastModified'>;

/** The projects of CodeBuild. */
export class Projects {
  private readonly projects: Collection<Project>;
  private readonly numbers: Collection<number>;

  constructor(
    private readonly options: { scope: Scope; store: Store; clock: Clock },
    private readonly caches: Caches,
  ) {
    this.projects = options.store.collection<Project>('codebuild.projects');
    this.numbers = options.store.collection<number>('codebuild.build-numbers');
  }

  /** Errors: `ResourceAlreadyExistsException`, `InvalidInputException`. */
  create(spec: ProjectSpec): Project {
    if (!/^[A-Za-z0-9][A-Za-z0-9\-_]{1,149}$/.test(spec.name)) {
      throw new AwsError('InvalidInputException', `Invalid project name: ${spec.name}`);
    }
    if (this.projects.get(spec.name)) {
      throw new AwsError('ResourceAlreadyExistsException', `Project already exists: ${this.arn(spec.name)}`);
    }
    return this.put(spec, this.now());
  }

  /** Errors: `ResourceNotFoundException`. */
  update(spec: ProjectSpec): Project {
    return this.put(spec, this.get(spec.name).created);
  }

  /** Errors: `ResourceNotFoundException`. */
  get(name: string): Project {
    const project = this.find(name);
    if (!project) throw new AwsError('ResourceNotFoundException', `Project cannot be found: ${this.arn(name)}`);
    return project;
  }

  find(nameOrArn: string): Project | undefined {
    return this.projects.get(nameOrArn.replace(/^arn:.*:project\//, ''));
  }

  list(): Project[] {
    return this.projects.values();
  }

  /** Removes a project and its caches; its builds can still be looked at. */
  delete(name: string): void {
    this.projects.delete(name);
    this.caches.remove(name);
  }

  arn(name: string): string {
    return arn(this.options.scope, 'codebuild', `project/${name}`);
  }

  /** Returns 1, 2, 3 …: never the same number again, even if the project was created again. */
  nextBuildNumber(name: string): number {
    const number = (this.numbers.get(name) ?? 0) + 1;
    this.numbers.put(name, number);
    return number;
  }

  private put(spec: ProjectSpec, created: string): Project {
    const project = { ...spec, created, lastModified: this.now() };
    this.projects.put(project.name, project);
    return project;
  }

  private now(): string {
    return this.options.clock.now().toISOString();
  }
}
