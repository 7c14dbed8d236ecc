[%- if page.on_branch %]
// Starts the builds of the provider when a contract of its consumers has changed.
//
// A multibranch project reads the Jenkinsfile of the branch that it builds, so this file lies at the root of the branch
// with the contracts, where `git pact ci jenkins --role contracts --commit` puts it. The project has to build the
// branches pact/contracts/*; a webhook of the forge tells it of pushes, whoever made them. git-pact starts no build at
// Jenkins by itself: a webhook that you made does (docs/webhooks.md).
[%- else -%]
// Made by `git pact ci jenkins --role [= page.role() =]`, for a multibranch project. To change names, make it again with
// other options.
[%- if page.has_marks %]
// Say what stands as CHANGE_ME: until then the stages fail.
[%- endif %]
[%- if page.is("contracts") %]
// Nothing says which project of a provider is meant: what is owed is shown, and a webhook starts it (docs/webhooks.md),
// unless you say which project it is in the line (docs/events.md, "Start the builds").
[%- endif %]
[%- if page.builds() %]
// Have the project build all branches, also those with a pull request, and leave out pact/*. The build of a pull request
// is by default of a merge that Jenkins made, which nobody can ever deploy: it tests, and records nothing.
[%- endif %]
[%- endif %]
pipeline {
[%- if page.has_image() %]
    agent { docker { image [= page.groovy(page.image()) =] } }
[%- else %]
    agent any
[%- endif %]
[%- if page.is("contracts") %]
    triggers { cron('H/30 * * * *') }
[%- else if page.is("provider") %]
    // For what got lost.
    triggers { cron(env.BRANCH_IS_PRIMARY == 'true' ? 'H 4 * * *' : '') }
[%- endif %]
[%- if page.is("provider") %]
    parameters {
        string(name: 'PACT_PROVIDER_VERSION', defaultValue: '', description: 'The commit to verify; without it, the newest')
        string(name: 'PACT_PROVIDER_BRANCH', defaultValue: '', description: 'The branch of which it is the head, if that is why')
    }
[%- endif %]
    options {
        timeout(time: 60, unit: 'MINUTES')
[%- if !page.builds() %]
        // One after the other.
        disableConcurrentBuilds()
[%- endif %]
    }
[%- if !page.address().is_empty() %]
    environment {
        // Where the contracts are.
        GIT_PACT_REPO = [= page.groovy(page.address()) =]
    }
[%- endif %]
    stages {
[%- for job in page.jobs %]
[= "" =]
[%- for line in job.why %]
        // [= line =]
[%- endfor %]
        stage([= page.groovy(job.title()) =]) {
[%- if job.is(When::Trusted) %]
            when { not { changeRequest() } }
[%- else if job.is(When::Untrusted) %]
            when { changeRequest() }
[%- else if job.is(When::Proposed) %]
            // On the primary branch it is merged already.
            when { not { anyOf { changeRequest(); environment name: 'BRANCH_IS_PRIMARY', value: 'true' } } }
[%- else if job.is(When::Deploy) %]
            // Asked before any machine is taken; Jenkins has no environments that would wait for each other.
            when { beforeInput true; environment name: 'BRANCH_IS_PRIMARY', value: 'true' }
            input { message 'Deploy?' }
[%- endif %]
            options { timeout(time: [= job.minutes =], unit: 'MINUTES') }
            steps {
[%- for step in page.steps(job) %]
                // [= step.title =]
[%- if step.needs_token %]
[%- if page.is_here() %]
                // The credential that may push to this repository; git asks for it.
                withCredentials([gitUsernamePassword(credentialsId: 'git-pact', gitToolName: 'Default')]) {
[%- else %]
                // A secret text: a token that may write the repository with the contracts.
                withCredentials([string(credentialsId: 'git-pact', variable: 'GIT_PACT_TOKEN')]) {
[%- endif %]
                    sh '''
[= page.script(step, 24) =]
                    '''
                }
[%- else %]
                sh '''
[= page.script(step, 20) =]
                '''
[%- endif %]
[%- endfor %]
            }
[%- if job.reports %]
            post { always { junit allowEmptyResults: true, testResults: '[= super::script::REPORTS =]/*/report.xml' } }
[%- endif %]
        }
[%- endfor %]
    }
}
