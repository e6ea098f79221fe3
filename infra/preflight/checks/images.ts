import { type Finding, ok, problem } from '../finding';
import { type Check, resourcesOf } from '../subject';

/** Can the image be baked from these templates, and be given to the accounts that run it? */
export const images: Check = {
  name: 'image',
  otherwise: 'https://console.aws.amazon.com/imagebuilder/home',
  async run({ look, ofCommit, settings, place }) {
    const findings: Finding[] = [];
    for (const { ParentImage } of resourcesOf(ofCommit, 'AWS::ImageBuilder::ImageRecipe')) {
      const parameter = String(ParentImage).replace(/^ssm:/, '');
      const there = await look.hasParameter(parameter);
      findings.push(
        there ? ok(`Amazon Linux: ${parameter}`) : problem(`${place.region} has no ${parameter}`, 'use another region'),
      );
    }
    for (const { Data } of resourcesOf(ofCommit, 'AWS::ImageBuilder::Component')) {
      const refusal = await look.refusalOfComponent(String(Data));
      findings.push(
        refusal === undefined
          ? ok('Image Builder would accept the component')
          : problem(`Image Builder would refuse the component: ${refusal}`, 'correct infra/image/app.yml'),
      );
    }
    const others = settings.environments.some(({ account = place.account }) => account !== place.account);
    if (findings.length > 0 && others && (await look.encryptsDisksByDefault())) {
      // No other account could launch an image that is encrypted with this account's key (D41).
      const text = `disks are encrypted by default in ${place.region}: no other account can start the image`;
      findings.push(problem(text, 'aws ec2 disable-ebs-encryption-by-default (the fleets encrypt their own disks)'));
    }
    return findings;
  },
};
