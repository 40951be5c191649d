package survey

const helperEnv = "SPOOR_SURVEY_HELPER"

func help() {}
