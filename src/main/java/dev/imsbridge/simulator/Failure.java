package dev.imsbridge.simulator;

import java.util.List;

/** Why a job failed. */
record Failure(String errorCode, String failReason) {
  private static final List<Failure> OF_IMAGES =
      List.of(
          new Failure(
              "IMG.0057",
              "The image file is damaged, or its format is not the one that was stated."),
          new Failure("IMG.0020", "An internal error occurred while the image was being created."),
          new Failure("IMG.0044", "The number of private images has reached the quota."),
          new Failure("IMG.0071", "The OBS bucket or the object in it can't be read."),
          new Failure("IMG.0113", "The disk is too small for the image."));

  private static final List<Failure> OF_MEMBERS =
      List.of(
          new Failure("IMG.0082", "The project is not a member of the image."),
          new Failure("IMG.0097", "The image is already shared with the project."));

  static final Failure OF_SUB_JOB = new Failure("IMG.0116", "A sub-job of this job failed.");

  static Failure thrown(ImsJobType.Shape shape, Dice dice) {
    List<Failure> known =
        switch (shape) {
          case MEMBERS, NO_MEMBERS -> OF_MEMBERS;
          default -> OF_IMAGES;
        };
    return dice.pick(known);
  }
}
