import { AwsError } from '../../kernel/failure';
import type { Collection, Store } from '../../kernel/store';
import type { Group, GroupInstance } from './group';

/** The groups and their instances, in their stored form. */
export class Records {
  private readonly groupsByName: Collection<Group>;
  private readonly instancesById: Collection<GroupInstance>;

  constructor(store: Store) {
    this.groupsByName = store.collection('autoscaling.groups');
    this.instancesById = store.collection('autoscaling.instances');
  }

  group(name: string): Group | undefined {
    return this.groupsByName.get(name);
  }

  /** Throws AWS's `ValidationError` for a group that does not exist. */
  require(name: string): Group {
    const group = this.group(name);
    if (!group) throw new AwsError('ValidationError', `AutoScalingGroup name not found - ${name}`);
    return group;
  }

  groups(): Group[] {
    return this.groupsByName.values();
  }

  changeGroup(name: string, change: Partial<Group>): Group {
    const group = { ...this.require(name), ...change };
    this.groupsByName.put(name, group);
    return group;
  }

  putGroup(group: Group): void {
    this.groupsByName.put(group.name, group);
  }

  deleteGroup(name: string): void {
    this.groupsByName.delete(name);
  }

  instance(id: string): GroupInstance | undefined {
    return this.instancesById.get(id);
  }

  /** A group's instances, oldest first. */
  instances(group?: string): GroupInstance[] {
    return this.instancesById
      .values()
      .filter((instance) => group === undefined || instance.group === group)
      .sort((a, b) => a.launchedAt.localeCompare(b.launchedAt));
  }

  putInstance(instance: GroupInstance): GroupInstance {
    this.instancesById.put(instance.instanceId, instance);
    return instance;
  }

  /** Changes an instance that is still in its group; one that has left does not return. */
  changeInstance(id: string, change: Partial<GroupInstance>): GroupInstance | undefined {
    const instance = this.instance(id);
    return instance && this.putInstance({ ...instance, ...change });
  }

  deleteInstance(id: string): void {
    this.instancesById.delete(id);
  }
}
