import type * as sdk from '@aws-sdk/client-ec2';
import type { Ec2 } from '../../runtime/ec2/ec2';
import type { LaunchTemplateData, LaunchTemplateRecord, LaunchTemplateVersion } from '../../runtime/ec2/records';
import { tagsFor } from '../../runtime/ec2/tags';
import type { Handlers } from '../handlers';
import { pageOf } from '../page';
import { type Filtering, filtered, tagList } from './ec2-filters';

export function ec2LaunchTemplateOperations(ec2: Ec2): Handlers<typeof sdk> {
  const templates = ec2.launchTemplates;
  const version = (one: LaunchTemplateVersion) => describeVersion(one, templates.get({ id: one.templateId }));
  return {
    CreateLaunchTemplate(input, { principal }) {
      const template = templates.create({
        name: input.LaunchTemplateName ?? '',
        data: dataOf(input.LaunchTemplateData),
        description: input.VersionDescription,
        tags: tagsFor('launch-template', input.TagSpecifications),
        by: principal.arn,
      });
      return { LaunchTemplate: describeTemplate(template) };
    },

    CreateLaunchTemplateVersion(input, { principal }) {
      const which = { id: input.LaunchTemplateId, name: input.LaunchTemplateName };
      const source = input.SourceVersion ? templates.version(which, input.SourceVersion).data : {};
      const data = { ...source, ...dataOf(input.LaunchTemplateData) };
      const made = templates.createVersion(which, { data, description: input.VersionDescription, by: principal.arn });
      return { LaunchTemplateVersion: version(made) };
    },

    ModifyLaunchTemplate({ LaunchTemplateId: id, LaunchTemplateName: name, DefaultVersion = '$Default' }) {
      return { LaunchTemplate: describeTemplate(templates.setDefaultVersion({ id, name }, DefaultVersion)) };
    },

    DeleteLaunchTemplate({ LaunchTemplateId: id, LaunchTemplateName: name }) {
      return { LaunchTemplate: describeTemplate(templates.delete({ id, name })) };
    },

    DescribeLaunchTemplates({
      LaunchTemplateIds: ids,
      LaunchTemplateNames: names,
      Filters,
      MaxResults: size,
      NextToken: token,
    }) {
      const named = [
        ...(ids ?? []).map((id) => templates.get({ id })),
        ...(names ?? []).map((name) => templates.get({ name })),
      ];
      const all = ids?.length || names?.length ? named : templates.list();
      const { items, next } = pageOf(filtered(all, Filters, FILTERS), { token, size });
      return { LaunchTemplates: items.map(describeTemplate), NextToken: next };
    },

    DescribeLaunchTemplateVersions({
      LaunchTemplateId: id,
      LaunchTemplateName: name,
      Versions: asked,
      MaxResults: size,
      NextToken: token,
    }) {
      const which = { id, name };
      const found = asked?.length ? asked.map((one) => templates.version(which, one)) : templates.versions(which);
      const { items, next } = pageOf(found, { token, size });
      return { LaunchTemplateVersions: items.map(version), NextToken: next };
    },
  };
}

/** The API writes these fields as CloudFormation does. */
function dataOf(data: sdk.RequestLaunchTemplateData | undefined): LaunchTemplateData {
  return JSON.parse(JSON.stringify(data ?? {})) as LaunchTemplateData;
}

const FILTERS: Filtering<LaunchTemplateRecord> = {
  tags: ({ tags }) => tags,
  fields: { 'launch-template-name': ({ name }) => name, 'create-time': ({ createdAt }) => createdAt },
};

function describeTemplate(template: LaunchTemplateRecord): sdk.LaunchTemplate {
  return {
    LaunchTemplateId: template.id,
    LaunchTemplateName: template.name,
    CreateTime: new Date(Date.parse(template.createdAt)),
    CreatedBy: template.createdBy,
    DefaultVersionNumber: template.defaultVersion,
    LatestVersionNumber: template.latestVersion,
    Tags: tagList(template.tags),
  };
}

function describeVersion(version: LaunchTemplateVersion, template: LaunchTemplateRecord): sdk.LaunchTemplateVersion {
  return {
    LaunchTemplateId: template.id,
    LaunchTemplateName: template.name,
    VersionNumber: version.number,
    VersionDescription: version.description,
    CreateTime: new Date(Date.parse(version.createdAt)),
    CreatedBy: version.createdBy,
    DefaultVersion: version.number === template.defaultVersion,
    LaunchTemplateData: version.data as sdk.ResponseLaunchTemplateData,
  };
}
