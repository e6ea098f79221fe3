import type { Provider } from '../engine/provider';
import { AwsError } from '../kernel/failure';
import { withoutBuild } from '../runtime/imagebuilder/arns';
import type { ImageBuilder } from '../runtime/imagebuilder/image-builder';
import type { CreateImage } from '../runtime/imagebuilder/image-request';
import { type ImageRecord, isOver } from '../runtime/imagebuilder/records';
import { generalServiceException, LATEST_VERSION, latestVersion, orGone, type TagMap } from './imagebuilder-shapes';

interface Properties {
  ImageRecipeArn: string;
  InfrastructureConfigurationArn: string;
  DistributionConfigurationArn?: string;
  ImageTestsConfiguration?: { ImageTestsEnabled?: boolean | string; TimeoutMinutes?: number };
  ImageScanningConfiguration?: { ImageScanningEnabled?: boolean | string };
  EnhancedImageMetadataEnabled?: boolean | string;
  LoggingConfiguration?: { LogGroupName?: string };
  ExecutionRole?: string;
  Tags?: TagMap;
}

const isTrue = (value: boolean | string | undefined) => String(value) === 'true';

/** An image: made by a bake, stable when its AMI is available (D27, D28). */
export function imageBuilderImage(imageBuilder: ImageBuilder): Provider<Properties> {
  const { images } = imageBuilder;
  const provided = ({ arn, name, state }: ImageRecord) => ({
    physicalId: arn,
    attributes: {
      Arn: arn,
      Name: name,
      ...(state.status === 'AVAILABLE' ? { ImageId: state.imageId } : {}),
      ...latestVersion(withoutBuild(arn)),
    },
  });
  return {
    type: 'AWS::ImageBuilder::Image',
    fidelity: 'real',
    properties: {
      ImageRecipeArn: 'real',
      InfrastructureConfigurationArn: 'real',
      DistributionConfigurationArn: 'real',
      ImageTestsConfiguration: 'real',
      ImageScanningConfiguration: 'record',
      EnhancedImageMetadataEnabled: 'record',
      LoggingConfiguration: 'real',
      ExecutionRole: 'record',
      Tags: 'record',
    },
    createOnly: [
      ...(['ImageRecipeArn', 'InfrastructureConfigurationArn', 'DistributionConfigurationArn'] as const),
      ...(['ImageTestsConfiguration', 'ImageScanningConfiguration', 'EnhancedImageMetadataEnabled'] as const),
    ],
    attributes: ['Arn', 'ImageId', 'ImageUri', 'Name', ...LATEST_VERSION],
    note: 'A real bake: build and validate in a sandbox, its changed files become a layer, test on a fresh instance from it.',

    refuse({ ImageScanningConfiguration: scanning }) {
      return isTrue(scanning?.ImageScanningEnabled) ? ['ImageScanningConfiguration: images are not scanned'] : [];
    },

    async create(ctx, properties) {
      const { arn } = images.create(request(properties, { ...ctx.stackTags, ...properties.Tags }));
      ctx.created(arn);
      const { state } = await orCancelled(images.finished(arn), ctx.cancelled);
      // D28.
      if (state.status === 'CANCELLED') throw new AwsError('GeneralServiceException', 'Image creation is cancelled.');
      if (state.status === 'FAILED') throw generalServiceException(state.reason);
      return provided(images.get(arn));
    },

    async update(ctx, current, next) {
      imageBuilder.retag(current.physicalId, { ...ctx.stackTags, ...next.Tags });
      return provided(images.get(current.physicalId));
    },

    /** A bake that still runs is cancelled first (D31). The AMI stays (D32). */
    async delete(_ctx, current) {
      const image = images.find(current.physicalId);
      if (image && !isOver(image.state)) await images.cancel(image.arn);
      orGone(() => imageBuilder.delete(current.physicalId));
    },
  };
}

function request(properties: Properties, tags: TagMap): CreateImage {
  const tests = properties.ImageTestsConfiguration;
  return {
    imageRecipeArn: properties.ImageRecipeArn,
    infrastructureConfigurationArn: properties.InfrastructureConfigurationArn,
    distributionConfigurationArn: properties.DistributionConfigurationArn,
    imageTestsConfiguration: tests && {
      imageTestsEnabled: isTrue(tests.ImageTestsEnabled ?? true),
      timeoutMinutes: tests.TimeoutMinutes,
    },
    enhancedImageMetadataEnabled: isTrue(properties.EnhancedImageMetadataEnabled ?? true),
    loggingConfiguration: { logGroupName: properties.LoggingConfiguration?.LogGroupName },
    tags,
  };
}

/** Ends the waiting, not the bake: the rollback deletes the created image, which cancels the bake. */
function orCancelled<T>(waiting: Promise<T>, cancelled: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const leave = () => reject(new AwsError('GeneralServiceException', 'Resource creation cancelled'));
    if (cancelled.aborted) return leave();
    cancelled.addEventListener('abort', leave, { once: true });
    waiting.then(resolve, reject).finally(() => cancelled.removeEventListener('abort', leave));
  });
}
