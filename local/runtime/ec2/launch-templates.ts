import { AwsError } from '../../kernel/failure';
import type { Collection } from '../../kernel/store';
import { checkLaunchData } from './launch-data';
import type { Ec2Options } from './options';
import type { LaunchTemplateData, LaunchTemplateRecord, LaunchTemplateVersion, Tags } from './records';
import { checkTags } from './tags';

export interface NewLaunchTemplate {
  readonly name: string;
  readonly data: LaunchTemplateData;
  readonly description?: string;
  readonly tags?: Tags;
  /** Principal of the change: an ARN. */
  readonly by: string;
}

/** A launch template by id or by name. */
export interface LaunchTemplateName {
  readonly id?: string;
  readonly name?: string;
}

/** Launch templates and their versions, which are never deleted alone (E34, G4). */
export class LaunchTemplates {
  private readonly templates: Collection<LaunchTemplateRecord>;
  private readonly kept: Collection<LaunchTemplateVersion>;

  constructor(private readonly options: Ec2Options) {
    this.templates = options.store.collection('ec2.launch-templates');
    this.kept = options.store.collection('ec2.launch-template-versions');
  }

  /** Throws `InvalidLaunchTemplateName.AlreadyExistsException`. */
  create(request: NewLaunchTemplate): LaunchTemplateRecord {
    const { name, data, description, tags = {}, by } = request;
    if (!/^[a-zA-Z0-9().\-/_]{3,128}$/.test(name)) {
      throw new AwsError('InvalidLaunchTemplateName.MalformedException', `Invalid launch template name: ${name}`);
    }
    if (this.list().some((template) => template.name === name)) {
      throw new AwsError('InvalidLaunchTemplateName.AlreadyExistsException', 'Launch template name already in use.');
    }
    checkTags(tags);
    checkLaunchData(data);
    const createdAt = this.options.clock.now().toISOString();
    const id = this.options.ids.ec2('lt');
    const template: LaunchTemplateRecord = {
      id,
      name,
      tags,
      createdAt,
      createdBy: by,
      defaultVersion: 1,
      latestVersion: 1,
    };
    this.options.store.transaction(() => {
      this.putVersion({ templateId: id, number: 1, description, data, createdAt, createdBy: by });
      this.templates.put(id, template);
    });
    return template;
  }

  /** A further version; the default one stays (G4). */
  createVersion(
    which: LaunchTemplateName,
    version: { data: LaunchTemplateData; description?: string; by: string },
  ): LaunchTemplateVersion {
    const template = this.get(which);
    checkLaunchData(version.data);
    const next: LaunchTemplateVersion = {
      templateId: template.id,
      number: template.latestVersion + 1,
      description: version.description,
      data: version.data,
      createdAt: this.options.clock.now().toISOString(),
      createdBy: version.by,
    };
    this.options.store.transaction(() => {
      this.putVersion(next);
      this.templates.put(template.id, { ...template, latestVersion: next.number });
    });
    return next;
  }

  setDefaultVersion(which: LaunchTemplateName, version: string): LaunchTemplateRecord {
    const { number } = this.version(which, version);
    const changed = { ...this.get(which), defaultVersion: number };
    this.templates.put(changed.id, changed);
    return changed;
  }

  setTags(id: string, tags: Tags): void {
    checkTags(tags);
    this.templates.put(id, { ...this.get({ id }), tags });
  }

  /** Throws `InvalidLaunchTemplateId.NotFound`, or its like for a name. */
  get({ id, name }: LaunchTemplateName): LaunchTemplateRecord {
    const found = id ? this.templates.get(id) : this.list().find((template) => template.name === name);
    if (found) return found;
    throw id
      ? new AwsError(
          'InvalidLaunchTemplateId.NotFound',
          `The specified launch template, with template ID ${id}, does not exist.`,
        )
      : new AwsError(
          'InvalidLaunchTemplateName.NotFoundException',
          `The specified launch template, with template name ${name}, does not exist.`,
        );
  }

  list(): LaunchTemplateRecord[] {
    return this.templates.values();
  }

  /** `version` is a number, `$Latest` or `$Default` (the default). */
  version(which: LaunchTemplateName, version = '$Default'): LaunchTemplateVersion {
    const template = this.get(which);
    const number =
      version === '$Latest'
        ? template.latestVersion
        : version === '$Default'
          ? template.defaultVersion
          : Number(version);
    const found = this.kept.get(versionKey(template.id, number));
    if (!found) {
      throw new AwsError(
        'InvalidLaunchTemplateId.VersionNotFound',
        `Could not find launch template version ${version} of ${template.id}.`,
      );
    }
    return found;
  }

  /** Returns all versions of a template, newest first. */
  versions(which: LaunchTemplateName): LaunchTemplateVersion[] {
    return this.kept.values(`${this.get(which).id}/`).reverse();
  }

  delete(which: LaunchTemplateName): LaunchTemplateRecord {
    const template = this.get(which);
    this.options.store.transaction(() => {
      for (const { number } of this.versions(which)) this.kept.delete(versionKey(template.id, number));
      this.templates.delete(template.id);
    });
    return template;
  }

  private putVersion(version: LaunchTemplateVersion): void {
    this.kept.put(versionKey(version.templateId, version.number), version);
  }
}

/** Returns a key that sorts by number. */
function versionKey(templateId: string, number: number): string {
  return `${templateId}/${String(number).padStart(8, '0')}`;
}
