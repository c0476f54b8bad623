import type { RegionModel } from './region-model.ts';

/** The list of models: one for each deployment, so that a region can be recognised by it. */
export function modelsAnswer(region: RegionModel): string {
  const data = (region.deployments ?? []).map((id) => ({
    id,
    object: 'model',
    status: 'succeeded',
    created_at: 1_715_367_049,
    created: 1_715_367_049,
    owned_by: 'system',
    lifecycle_status: 'generally-available',
  }));
  return JSON.stringify({ object: 'list', data });
}
