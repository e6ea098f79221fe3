import type { Provided, Provider, ProviderContext } from '../engine/provider';
import { systemTags } from '../engine/provider';
import { messageOf } from '../kernel/failure';
import type { Ec2 } from '../runtime/ec2/ec2';
import { refusedLaunchData } from '../runtime/ec2/launch-data';
import type { LaunchTemplateData, LaunchTemplateRecord, TagSpecification } from '../runtime/ec2/records';
import { tagsFor } from '../runtime/ec2/tags';
import { refuseUserData } from '../runtime/sandbox/user-data';

interface Properties {
  LaunchTemplateName?: string;
  LaunchTemplateData: LaunchTemplateData;
  TagSpecifications?: TagSpecification[];
  VersionDescription?: string;
}

/** Launch templates of Auto Scaling groups. */
export function ec2LaunchTemplate(ec2: Ec2): Provider<Properties> {
  const templates = ec2.launchTemplates;
  return {
    type: 'AWS::EC2::LaunchTemplate',
    fidelity: 'real',
    properties: {
      LaunchTemplateName: 'real',
      LaunchTemplateData: 'real',
      TagSpecifications: 'real',
      VersionDescription: 'real',
    },
    required: ['LaunchTemplateData'],
    createOnly: ['LaunchTemplateName'],
    attributes: ['LaunchTemplateId', 'DefaultVersionNumber', 'LatestVersionNumber'],
    note: 'Image, user data, instance profile, metadata options and tags are real; network, volumes and instance type are stored and shown.',

    refuse: ({ LaunchTemplateData: data }) =>
      data ? [...refusedLaunchData(data), ...refusedUserData(data)].map((what) => `LaunchTemplateData.${what}`) : [],

    async create(ctx, properties) {
      const template = templates.create({
        name: properties.LaunchTemplateName ?? ctx.physicalName({ length: 128 }),
        data: properties.LaunchTemplateData,
        description: properties.VersionDescription,
        tags: templateTags(ctx, properties),
        by: ctx.principal.arn,
      });
      ctx.created(template.id);
      return provided(template);
    },

    /** Another version (E34); the old ones are kept. Tags alone make none. */
    async update(ctx, current, next) {
      const id = current.physicalId;
      templates.setTags(id, templateTags(ctx, next));
      const { LaunchTemplateData: data, VersionDescription: description } = next;
      const before = current.properties;
      if (
        JSON.stringify([data, description]) !== JSON.stringify([before.LaunchTemplateData, before.VersionDescription])
      ) {
        templates.createVersion({ id }, { data, description, by: ctx.principal.arn });
      }
      return provided(templates.get({ id }));
    },

    async delete(_ctx, { physicalId: id }) {
      if (templates.list().some((template) => template.id === id)) templates.delete({ id });
    },
  };
}

function refusedUserData({ UserData: userData }: LaunchTemplateData): string[] {
  try {
    if (typeof userData === 'string') refuseUserData(Buffer.from(userData, 'base64').toString('utf8'));
    return [];
  } catch (error) {
    return [`UserData: ${messageOf(error)}`];
  }
}

function templateTags(ctx: ProviderContext, { TagSpecifications }: Properties): Record<string, string> {
  return { ...ctx.stackTags, ...systemTags(ctx), ...tagsFor('launch-template', TagSpecifications) };
}

function provided(template: LaunchTemplateRecord): Provided {
  return {
    physicalId: template.id,
    attributes: {
      LaunchTemplateId: template.id,
      DefaultVersionNumber: String(template.defaultVersion),
      LatestVersionNumber: String(template.latestVersion),
    },
  };
}
