package dev.imsbridge.job;

import java.util.List;

/**
 * The details of a job that accompany its status.
 *
 * @param errorCode null if IMS reported none
 * @param failReason null if IMS reported none
 * @param imageIds the images that the job made or used
 */
public record JobDetails(String errorCode, String failReason, List<String> imageIds) {
  static final JobDetails NONE = new JobDetails(null, null, List.of());

  public JobDetails {
    imageIds = List.copyOf(imageIds);
  }
}
