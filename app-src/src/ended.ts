/** The fleet that a machine belongs to, as its user data wrote it down. */
export interface FleetOfMachine {
  /** The namespace of the metric. */
  readonly application: string;
  readonly stack: string;
  readonly region: string;
  readonly imageVersion: string;
}

/** Undefined on a machine without a fleet, for example one that tests an image. */
export function fleetOfMachine(environment: NodeJS.ProcessEnv): FleetOfMachine | undefined {
  const {
    FLEET_APPLICATION: application,
    FLEET_STACK: stack,
    FLEET_REGION: region,
    IMAGE_VERSION: imageVersion,
  } = environment;
  if (!application || !stack || !region || !imageVersion) return undefined;
  return { application, stack, region, imageVersion };
}

/** The request with which CloudWatch counts one end of the service, by fleet and version. */
export function endOfService({ application, stack, imageVersion }: FleetOfMachine) {
  const Dimensions = [
    { Name: 'Stack', Value: stack },
    { Name: 'ImageVersion', Value: imageVersion },
  ];
  return {
    Namespace: application,
    MetricData: [{ MetricName: 'ServiceEnded', Dimensions, Value: 1, Unit: 'Count' as const }],
  };
}
