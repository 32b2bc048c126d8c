package dev.imsbridge.simulator;

import java.util.List;

/** The error of a failed job. */
record JobFailure(String errorCode, String failReason) {
  private static final List<JobFailure> OF_IMAGES =
      List.of(
          new JobFailure(
              "IMG.0057",
              "The image file is damaged, or its format is not the one that was stated."),
          new JobFailure(
              "IMG.0020", "An internal error occurred while the image was being created."),
          new JobFailure("IMG.0044", "The number of private images has reached the quota."),
          new JobFailure("IMG.0071", "The OBS bucket or the object in it cannot be read."),
          new JobFailure("IMG.0113", "The disk is too small for the image."));

  private static final List<JobFailure> OF_MEMBERS =
      List.of(
          new JobFailure("IMG.0082", "The project is not a member of the image."),
          new JobFailure("IMG.0097", "The image is already shared with the project."));

  static final JobFailure OF_SUB_JOB = new JobFailure("IMG.0116", "A sub-job of this job failed.");

  static JobFailure pick(ImsJobType.Shape shape, SeededRandom random) {
    List<JobFailure> known =
        switch (shape) {
          case MEMBERS, NO_MEMBERS -> OF_MEMBERS;
          default -> OF_IMAGES;
        };
    return random.pick(known);
  }
}
