/** Generated from docs/openapi.json by the test that compares them. */
export interface paths {
    "/healthz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Is the process up? */
        get: operations["getHealth"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/readyz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Should this process get requests?
         * @description 503 while something it needs does not answer, and from the moment it is told to stop.
         */
        get: operations["getReadiness"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/session": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who is signed in */
        get: operations["getSession"];
        put?: never;
        /**
         * Sign in to the console
         * @description Sets an HttpOnly cookie that is good for the rest of this API, for pages of this server only.
         */
        post: operations["signIn"];
        /**
         * Sign out
         * @description Ends the session and removes its cookie. Without a session nothing happens.
         */
        delete: operations["signOut"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/uploads": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List uploads
         * @description Newest first; those that still take bytes unless asked otherwise. With the same credential each can be continued from `contiguousBytes`, also on another device than the one that began it.
         */
        get: operations["listUploads"];
        put?: never;
        /**
         * Issue an upload token
         * @description For backends: hand `urls` or the token to whoever has the file. The asset exists from now on. With `onDuplicate: link` the answer may be 200 instead: an asset of this project has the file already.
         */
        post: operations["createUpload"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/uploads/pull": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Have a file pulled from an address
         * @description The server gets the file by itself, in the background: it goes on after breaks and tries again after failures. The token only watches. Private addresses are closed unless the operator allows them.
         */
        post: operations["pullUpload"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/uploads/{uploadId}/renew": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Let a token live longer
         * @description Moves the expiry, never to an earlier time and never past the hard end of the upload. For its project.
         */
        post: operations["renewUpload"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/uploads/{uploadId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The status of an upload */
        get: operations["getUpload"];
        put?: never;
        post?: never;
        /**
         * Give up an upload
         * @description Voids the token and forgets what has arrived. An upload that became an asset is refused with 409.
         */
        delete: operations["deleteUpload"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/uploads/{uploadId}/complete": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Say that the file is complete
         * @description Only needed with explicit completion or an unknown size. Repeated, it gives the same answer.
         */
        post: operations["completeUpload"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/uploads/{uploadId}/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Follow an upload
         * @description Server-sent events. `status` carries an UploadStatus whenever it changed, until the asset is ready or failed; then `end` comes and the stream closes. A reconnect after `end` is answered with 204, which stops EventSource.
         */
        get: operations["watchUpload"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/uploads/{uploadId}/content": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Send the file, or a part of it
         * @description Without Content-Range the body is the whole file. With it, the body is that part of the file; parts may come in any order and in parallel. While parts are missing the answer is 308 with `Range`, which names the unbroken beginning that is on stable storage; 200 says that the file is complete. `Content-Range: bytes *\/*` with an empty body asks how far the upload has got.
         */
        put: operations["putContent"];
        post?: never;
        delete?: never;
        options?: never;
        /**
         * Where to continue
         * @description `Upload-Offset` is the length of the unbroken beginning that is on stable storage.
         */
        head: operations["headContent-head"];
        /**
         * Continue the file
         * @description `Upload-Offset` must be where the upload stands (see HEAD); another one is refused with 409, which names the right one. With Content-Range instead, the body may be any part of the file.
         */
        patch: operations["patchContent"];
        trace?: never;
    };
    "/v1/uploads/form": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send the file as a form
         * @description For HTML forms and whatever speaks multipart: one file, in a field named `file`. What is needed to take it (`token`, `sha256`) comes before it; other fields may stand anywhere and are read past. A form that breaks off may be sent again.
         */
        post: operations["formUpload"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/assets": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List assets
         * @description Newest first. An asset that still waits for its first file is not listed, but can be asked for.
         */
        get: operations["listAssets"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/assets/{assetId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** An asset with its state, renditions and addresses */
        get: operations["getAsset"];
        put?: never;
        post?: never;
        /**
         * Delete an asset
         * @description Playback ends at once, uploads for it are void; stored files go in the background.
         */
        delete: operations["deleteAsset"];
        options?: never;
        head?: never;
        /**
         * Change an asset
         * @description Members that are left out stay as they are.
         */
        patch: operations["updateAsset"];
        trace?: never;
    };
    "/v1/assets/{assetId}/renditions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Add the sizes of another profile
         * @description What the asset plays is encoded by this profile too; what it has is not made again. It plays on meanwhile, and who starts afterwards finds the new sizes. Asked for again while they are being made, nothing changes. Refused as state_conflict with the reason not_ready (nothing plays yet), not_adaptive (there are no sizes to add to, or the profile makes none) or nothing_new.
         */
        post: operations["addRenditions"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/assets/{assetId}/renditions/{rendition}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Remove a rendition
         * @description Nobody is shown it any more; who watches it goes on, for its files stay for a day. Refused as state_conflict with the reason not_ready, busy (renditions are being made), sound (of a film, it belongs to all sizes) or last (the only one that is played by itself).
         */
        delete: operations["removeRendition"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/assets/{assetId}/reprocess": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Process the file once more
         * @description Makes a new version of the file that is here already, with other settings: what is not named stays as it was. The new version plays as soon as it can; until then, and for good if it fails, the one before does. What was encrypted stays so. Refused as state_conflict with the reason processing (a version is under way) or no_media (no file was ever found to be media).
         */
        post: operations["reprocessAsset"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/profiles": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List profiles
         * @description The built-in ones and your own, by key.
         */
        get: operations["listProfiles"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/profiles/{key}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A profile */
        get: operations["getProfile"];
        /**
         * Make or replace a profile
         * @description Of a built-in one's key: it is used in its place. What is being encoded goes on as it began.
         */
        put: operations["putProfile"];
        post?: never;
        /**
         * Delete your own profile
         * @description Of a built-in one's key: it is what it was again.
         */
        delete: operations["deleteProfile"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/workflows": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List workflows
         * @description The built-in ones and your own, by key. `standard` is used where nothing names another.
         */
        get: operations["listWorkflows"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/workflows/{key}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A workflow */
        get: operations["getWorkflow"];
        /**
         * Make or replace a workflow
         * @description Of a built-in one's key: it is used in its place. What is under way goes on as it began.
         */
        put: operations["putWorkflow"];
        post?: never;
        /**
         * Delete your own workflow
         * @description Of a built-in one's key: it is what it was again.
         */
        delete: operations["deleteWorkflow"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/images": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the pictures for watermarks
         * @description Newest first.
         */
        get: operations["listImages"];
        put?: never;
        /**
         * Store a picture for watermarks
         * @description The body is the file itself: PNG (with transparency) or JPEG, at most 512 KiB.
         */
        post: operations["addImage"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/images/{imageId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Delete a picture for watermarks
         * @description Workflows that name it go on without a watermark.
         */
        delete: operations["deleteImage"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/assets/{assetId}/subtitles": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List an asset's subtitles */
        get: operations["listSubtitles"];
        put?: never;
        /**
         * Add subtitles to an asset
         * @description The body is the file itself: WebVTT, SRT, SubStation Alpha (ASS) or TTML (DFXP), at most 4 MiB. It is shown at once, without encoding anything again, and stays with the asset when its file is replaced.
         */
        post: operations["addSubtitle"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/assets/{assetId}/subtitles/{subtitleId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The text of subtitles, as WebVTT */
        get: operations["getSubtitleText"];
        put?: never;
        post?: never;
        /** Remove an asset's subtitles */
        delete: operations["deleteSubtitle"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/assets/{assetId}/poster": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Set an asset's poster
         * @description The body is the file itself: JPEG, PNG or WebP, at most 10 MiB.
         */
        put: operations["setPoster"];
        /**
         * Take an asset's poster from its film
         * @description A worker takes the picture of that moment; the webhook `asset.updated` with the change `poster` tells when it is shown. Until then the one before is. Of several wishes the latest counts.
         */
        post: operations["takePoster"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/assets/{assetId}/versions/{sourceId}/activate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Let a version play
         * @description At once if it can, else as soon as it does. Addresses stay the same, and going back works the same way.
         */
        post: operations["activateAssetVersion"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/assets/{assetId}/copy": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Copy an asset
         * @description Makes another asset of what this one is, with its categories, subtitles and file; what is stored is shared, and each of the two lives on when the other goes. The body says what is to be other than there. The copy of what plays plays at once; of what is still being encoded the original is processed for itself; of what is on its way the copy waits for it. Refused as state_conflict with the reason no_media where there is no file that could play.
         */
        post: operations["copyAsset"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/assets/{assetId}/versions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The versions of an asset's file
         * @description Newest first. Replacing a file adds one; any that is ready can be chosen again.
         */
        get: operations["listAssetVersions"];
        put?: never;
        /**
         * Give an asset the file of another one
         * @description The file that the other asset plays becomes the next version of this one. What would come out the same is shared and plays at once; else the original, which is shared in any case, is processed for itself. Refused as state_conflict with the reason processing (the file has not been looked at yet) or no_media.
         */
        post: operations["copyAssetVersion"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/categories": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * All categories
         * @description In the order of the tree, each before those below it.
         */
        get: operations["listCategories"];
        put?: never;
        /** Make a category */
        post: operations["createCategory"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/channels": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List channels
         * @description By position, then age.
         */
        get: operations["listChannels"];
        put?: never;
        /** Make a channel */
        post: operations["createChannel"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/categories/{categoryId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Delete a category and all below it */
        delete: operations["deleteCategory"];
        options?: never;
        head?: never;
        /** Rename, describe, reorder or move a category, or say how its files are treated */
        patch: operations["updateCategory"];
        trace?: never;
    };
    "/v1/channels/{channelId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A channel */
        get: operations["getChannel"];
        put?: never;
        post?: never;
        /** Delete a channel */
        delete: operations["deleteChannel"];
        options?: never;
        head?: never;
        /**
         * Change a channel
         * @description Members that are left out stay as they are; of policy and metadata too.
         */
        patch: operations["updateChannel"];
        trace?: never;
    };
    "/v1/assets/{assetId}/versions/{sourceId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Give a version up
         * @description What is under way for it ends. The one that plays cannot be given up.
         */
        delete: operations["discardAssetVersion"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/assets/{assetId}/placements": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Where an asset is published */
        get: operations["listAssetPlacements"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/categories/{categoryId}/channels/{channelId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Publish a category's assets in a channel
         * @description From now on, as soon as each of them plays.
         */
        put: operations["mapChannel"];
        post?: never;
        /**
         * End that
         * @description What is published stays so.
         */
        delete: operations["unmapChannel"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/assets/{assetId}/placements/{channelId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Publish an asset in a channel
         * @description One that is there already keeps its key.
         */
        put: operations["placeAsset"];
        post?: never;
        /**
         * Take an asset out of a channel
         * @description Its key plays nothing any more.
         */
        delete: operations["withdrawAsset"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/placements/{key}/replace": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Exchange the asset that a key plays
         * @description At once; the key and every address with it stay. The new asset must play, be of the same kind and encrypted alike.
         */
        post: operations["replacePlacedAsset"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/placements/{key}/restore": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Undo the last exchange */
        post: operations["restorePlacedAsset"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/assets/search": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Search the library
         * @description Numbered pages with the number of all. Without `state`, assets that wait for their first file are left out.
         */
        get: operations["searchAssets"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/assets/{assetId}/jobs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The work on an asset
         * @description Every stage with its state, progress and, if it failed, the reason and the end of the log. From the first stage to the last.
         */
        get: operations["listAssetJobs"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/assets/{assetId}/retry": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Run again what failed
         * @description Every stage of the newest file that failed or was cancelled runs again; what others have made stays.
         */
        post: operations["retryAsset"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/jobs/{jobId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A stage of the work
         * @description State, progress, attempt and, if it failed, the reason and the end of the log.
         */
        get: operations["getJob"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/jobs/{jobId}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Stop a stage
         * @description Its worker learns of it within seconds and drops what it made. An asset that needed it has failed as `cancelled`, until the job is retried.
         */
        post: operations["cancelJob"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/jobs/{jobId}/retry": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Run a stage again
         * @description For one that failed or was cancelled, with all its attempts; one that waits for its next attempt runs at once. Finished stages are not repeated.
         */
        post: operations["retryJob"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/webhooks/endpoints": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List endpoints
         * @description Newest first, those that dialects made included, apart from those for a single upload.
         */
        get: operations["listWebhookEndpoints"];
        put?: never;
        /**
         * Be told what happens
         * @description Of everything from now on that it has chosen. The answer is the only one that shows the secret.
         */
        post: operations["createWebhookEndpoint"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/webhooks/endpoints/{endpointId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** An endpoint with its state */
        get: operations["getWebhookEndpoint"];
        put?: never;
        post?: never;
        /**
         * Delete an endpoint
         * @description Its deliveries and their log go with it, sent or not. Pause it to keep them.
         */
        delete: operations["deleteWebhookEndpoint"];
        options?: never;
        head?: never;
        /**
         * Change, pause or resume an endpoint
         * @description While it is paused, nothing that happens is for it, and what was due waits. Changed settings hold for what happens from then on.
         */
        patch: operations["updateWebhookEndpoint"];
        trace?: never;
    };
    "/v1/webhooks/endpoints/{endpointId}/rotate-secret": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Give an endpoint a new secret
         * @description For a time requests carry signatures by both. The answer is the only one that shows the new one.
         */
        post: operations["rotateWebhookSecret"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/webhooks/endpoints/{endpointId}/test": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send a test event
         * @description `endpoint.tested`, whatever the endpoint has chosen. Ask for the delivery to see what came of it; formats of dialects may have no test event, and the delivery is gone then.
         */
        post: operations["testWebhookEndpoint"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/webhooks/endpoints/{endpointId}/replay": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send again what failed
         * @description Every dead delivery of that time, at most ten thousand at once, with its first content and id. What is still waiting is not touched.
         */
        post: operations["replayWebhookEndpoint"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/webhooks/deliveries": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The log of deliveries
         * @description Newest first, with their attempts.
         */
        get: operations["listWebhookDeliveries"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/webhooks/deliveries/{deliveryId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A delivery with what is sent and every attempt */
        get: operations["getWebhookDelivery"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/webhooks/deliveries/{deliveryId}/replay": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send a delivery again
         * @description Delivered or dead, with its first content and id, and a new series of attempts.
         */
        post: operations["replayWebhookDelivery"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/play/{token}/{assetId}/master.m3u8": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The HLS master playlist
         * @description Of what is current now: after a replacement the same address plays the new file.
         */
        get: operations["getMasterPlaylist"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/play/{token}/{assetId}/poster.jpg": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A picture of the asset
         * @description As it is stored; with `width` or `height` as a JPEG of that size, never larger than what is stored. Where the server cannot make it, the picture comes in its own size.
         */
        get: operations["getPoster"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/play/{token}/{assetId}/original": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The original file of an asset that is passed through
         * @description As it was uploaded, under the content type it has. Of other assets the original is not for viewers: 404.
         */
        get: operations["getOriginal"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/play/{token}/{assetId}/{sourceId}/keys/{index}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A key of an encrypted package
         * @description Named by EXT-X-KEY of its playlists. 16 bytes, for AES-128; never kept by caches.
         */
        get: operations["getContentKey"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/play/{token}/{assetId}/subtitles/{file}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Subtitles: `<id>.m3u8` is their playlist, `<id>.vtt` their text */
        get: operations["getSubtitleFile"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/play/{token}/{assetId}/sprites.vtt": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Small pictures for the seek bar, as a WebVTT map
         * @description A cue for each picture, naming a sheet and the part of it to show: `…/sheet-1.jpg#xywh=160,0,160,90`.
         */
        get: operations["getSpriteMap"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/play/{token}/{assetId}/storyboard.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Small pictures for the seek bar, as data */
        get: operations["getStoryboard"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/play/{token}/{assetId}/{sourceId}/sprites/{file}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A sheet of small pictures */
        get: operations["getSpriteSheet"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/play/{token}/{assetId}/manifest.mpd": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The DASH manifest
         * @description Of the same segments as the HLS playlists. Encrypted assets, and originals passed through, have none.
         */
        get: operations["getDashManifest"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/play/{token}/{assetId}/{sourceId}/downloads/{file}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A rendition in one MP4 file
         * @description Where the profile asks for downloads. Named by `playback.downloads` of an asset.
         */
        get: operations["getDownload"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/play/{token}/{assetId}/info": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What a player page shows */
        get: operations["getPlaybackInfo"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/play/{token}/{assetId}/{sourceId}/{rendition}/{file}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A playlist, initialisation section or segment of a rendition */
        get: operations["getRenditionFile"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /**
         * @description What went wrong
         * @example {
         *       "type": "urn:reeldock:problem:token_expired",
         *       "title": "The upload token has expired",
         *       "status": 410,
         *       "code": "token_expired",
         *       "detail": "The upload token has expired.",
         *       "traceId": "7f0c6c1e-9f2b-4f0b-9e0a-4f6f0f7b2a11"
         *     }
         */
        Problem: {
            /** @description urn:reeldock:problem: and the code */
            type: string;
            title: string;
            status: number;
            /** @description Stable; what programs should look at */
            code: string;
            /** @description For people */
            detail: string;
            /** @description Names this request in the server log */
            traceId: string;
        } & {
            [key: string]: unknown;
        };
        /**
         * @example {
         *       "login": "admin",
         *       "password": "what the first start printed"
         *     }
         */
        SignIn: {
            login: string;
            password: string;
        };
        /**
         * @description Who is signed in
         * @example {
         *       "login": "admin",
         *       "project": {
         *         "id": "prj_01k0example000000000000000",
         *         "name": "default"
         *       }
         *     }
         */
        Session: {
            login: string;
            project: {
                id: string;
                name: string;
            };
        };
        /**
         * @example {
         *       "fileName": "holiday.mp4",
         *       "sizeBytes": 734003200,
         *       "title": "Holiday",
         *       "ownerId": "user-17"
         *     }
         */
        NewUpload: {
            /** @description Shown to people; never a path on the server */
            fileName: string;
            /** @description Size of the file, where it is known; room for it is reserved */
            sizeBytes?: number;
            /** @description Title of the asset; the file name when absent */
            title?: string;
            /** @description Life of the token. Stored bytes renew it, so that a slow but moving transfer does not expire */
            expiresInSeconds?: number;
            /**
             * @description automatic (the default): complete with the last byte. explicit: only by the complete operation
             * @enum {string}
             */
            completion?: "automatic" | "explicit";
            /** @description No byte at or past this offset is taken */
            maxSizeBytes?: number;
            /** @description Chunks other than the last one must have at least this size */
            minChunkBytes?: number;
            /** @description Browser origins that may use the token, for example https://app.example.com; any when absent */
            origins?: string[];
            /** @description Content types the file may have, for example video/*; found by its bytes, any when absent */
            allowedTypes?: string[];
            /** @description The file must have this digest before it counts as complete; hexadecimal */
            sha256?: string;
            /**
             * @description link: where this project holds a file with this sha256 (which must be said), no token is issued and the answer is 200 with the asset that has it. upload (the default): the file is wanted in any case
             * @enum {string}
             */
            onDuplicate?: "upload" | "link";
            /** @description Who uploads, in your words; uploads can be listed by it */
            ownerId?: string;
            /** @description The file becomes a new source of this asset */
            replaceAssetId?: string;
            /**
             * @description Whether a replacement plays as soon as it can (the default) or when somebody says so
             * @enum {string}
             */
            activation?: "automatic" | "manual";
            /** @description The asset is filed in these */
            categories?: string[];
            /** @description The asset is published in these as soon as it plays */
            channels?: string[];
            /** @description What happens to the file: key of a workflow */
            workflow?: string;
            /** @description How it is encoded: key of a profile */
            profile?: string;
            /** @description Encrypt the package with AES-128 */
            encrypt?: boolean;
            /** @description Keep the sound alone */
            audioOnly?: boolean;
            /** @description Serve the original as it is, without encoding; not together with encrypt */
            passthrough?: boolean;
            /** @description Your own names and values, carried to the asset */
            metadata?: {
                [key: string]: string;
            };
        };
        /**
         * @example {
         *       "url": "https://media.example.com/holiday.mp4",
         *       "title": "Holiday"
         *     }
         */
        NewPull: {
            /** @description Where the file lies; may carry a password or a signature. Kept encrypted, shown to nobody */
            url: string;
            /** @description Shown to people; the last part of the address when absent */
            fileName?: string;
            /** @description Size of the file, where it is known; room for it is reserved */
            sizeBytes?: number;
            /** @description Title of the asset; the file name when absent */
            title?: string;
            /** @description The file must be here within this time; a day when absent */
            expiresInSeconds?: number;
            /** @description No byte at or past this offset is taken */
            maxSizeBytes?: number;
            /** @description Content types the file may have, for example video/*; found by its bytes, any when absent */
            allowedTypes?: string[];
            /** @description The file must have this digest before it counts as complete; hexadecimal */
            sha256?: string;
            /** @description Who uploads, in your words; uploads can be listed by it */
            ownerId?: string;
            /** @description The file becomes a new source of this asset */
            replaceAssetId?: string;
            /** @description Your own names and values, carried to the asset */
            metadata?: {
                [key: string]: string;
            };
        };
        /**
         * @description A new upload with its token
         * @example {
         *       "id": "upl_01k0example000000000000000",
         *       "state": "pending",
         *       "token": "rdu_Zm9yIHRoZSBkb2N1bWVudGF0aW9uIG9ubHksIG5vdCBh",
         *       "expiresAt": "2030-01-01T13:00:00.000Z",
         *       "asset": {
         *         "id": "ast_01k0example000000000000000"
         *       },
         *       "urls": {
         *         "put": "https://video.example.com/v1/uploads/upl_01k0example000000000000000/content?token=rdu_Zm9yIHRoZSBkb2N1bWVudGF0aW9uIG9ubHksIG5vdCBh",
         *         "form": "https://video.example.com/v1/uploads/form?token=rdu_Zm9yIHRoZSBkb2N1bWVudGF0aW9uIG9ubHksIG5vdCBh",
         *         "status": "https://video.example.com/v1/uploads/upl_01k0example000000000000000?token=rdu_Zm9yIHRoZSBkb2N1bWVudGF0aW9uIG9ubHksIG5vdCBh",
         *         "tus": "https://video.example.com/tus/rdu_Zm9yIHRoZSBkb2N1bWVudGF0aW9uIG9ubHksIG5vdCBh",
         *         "events": "https://video.example.com/v1/uploads/upl_01k0example000000000000000/events?token=rdu_Zm9yIHRoZSBkb2N1bWVudGF0aW9uIG9ubHksIG5vdCBh"
         *       }
         *     }
         */
        IssuedUpload: {
            id: string;
            /** @enum {string} */
            state: "pending" | "receiving" | "complete" | "consumed" | "failed" | "expired" | "deleted";
            /** @description Opens this upload and nothing else; shown this once */
            token: string;
            /**
             * Format: date-time
             * @description When the token expires unless bytes arrive
             */
            expiresAt: string;
            asset: {
                id: string;
            };
            /** @description Absolute; each carries the token */
            urls: {
                /**
                 * Format: uri
                 * @description PUT or PATCH the bytes here
                 */
                put: string;
                /**
                 * Format: uri
                 * @description POST the file here as a form, in a field named `file`
                 */
                form: string;
                /**
                 * Format: uri
                 * @description GET for the status
                 */
                status: string;
                /**
                 * Format: uri
                 * @description HEAD and PATCH, for tus clients
                 */
                tus: string;
                /**
                 * Format: uri
                 * @description Progress as server-sent events
                 */
                events: string;
            };
        };
        /**
         * @description The asset that has this very file already
         * @example {
         *       "duplicateOf": {
         *         "id": "ast_01k0example000000000000000",
         *         "state": "ready",
         *         "title": "Holiday"
         *       }
         *     }
         */
        HeldFile: {
            duplicateOf: {
                id: string;
                /** @enum {string} */
                state: "waiting" | "uploading" | "processing" | "ready" | "failed";
                title: string;
            };
        };
        /**
         * @description An upload as it stands
         * @example {
         *       "id": "upl_01k0example000000000000000",
         *       "state": "receiving",
         *       "fileName": "holiday.mp4",
         *       "sizeBytes": 734003200,
         *       "receivedBytes": 33554432,
         *       "contiguousBytes": 33554432,
         *       "sentBytes": 41943040,
         *       "ranges": [
         *         {
         *           "start": 0,
         *           "end": 33554432
         *         }
         *       ],
         *       "expiresAt": "2030-01-01T13:00:00.000Z",
         *       "asset": {
         *         "id": "ast_01k0example000000000000000",
         *         "state": "uploading",
         *         "progress": 0,
         *         "isPlayable": false
         *       },
         *       "failure": null
         *     }
         */
        UploadStatus: {
            id: string;
            /** @enum {string} */
            state: "pending" | "receiving" | "complete" | "consumed" | "failed" | "expired" | "deleted";
            fileName: string;
            /** @description Null until somebody stated it */
            sizeBytes: number | null;
            /** @description On stable storage */
            receivedBytes: number;
            /** @description On stable storage without a gap from the start: where to resume */
            contiguousBytes: number;
            /** @description Seen by the server so far, including bytes on their way to stable storage */
            sentBytes: number;
            /** @description What is on stable storage: sorted, disjoint */
            ranges: {
                /** @description First byte */
                start: number;
                /** @description One past the last byte */
                end: number;
            }[];
            /**
             * Format: date-time
             * @description When the token expires unless more bytes arrive
             */
            expiresAt: string;
            asset: {
                id: string;
                /** @enum {string} */
                state: "waiting" | "uploading" | "processing" | "ready" | "failed";
                /** @description Of the work after the upload */
                progress: number;
                /** @description Long films are before they are `ready` */
                isPlayable: boolean;
            } | null;
            failure: {
                code: string;
                message: string;
            } | null;
            /** @description Of a file that is pulled from an address */
            pull?: {
                /** @enum {string} */
                state: "queued" | "running" | "done" | "failed";
                /** @description How often it was begun */
                attempt: number;
                maxAttempts: number;
                nextAttemptAt: string | null;
                /** @description As the other server says, while it lasts */
                totalBytes: number | null;
                /** @description What ended the last attempt */
                problem: {
                    code: string;
                    message: string;
                } | null;
            };
        };
        /** @description Uploads, newest first */
        UploadPage: {
            items: {
                id: string;
                /** @enum {string} */
                state: "pending" | "receiving" | "complete" | "consumed" | "failed" | "expired" | "deleted";
                fileName: string;
                /** @description Null until somebody stated it */
                sizeBytes: number | null;
                /** @description On stable storage */
                receivedBytes: number;
                /** @description On stable storage without a gap from the start: where to resume */
                contiguousBytes: number;
                /**
                 * Format: date-time
                 * @description When the token was issued
                 */
                createdAt: string;
                /**
                 * Format: date-time
                 * @description When the token expires unless more bytes arrive
                 */
                expiresAt: string;
                ownerId: string | null;
                asset: {
                    id: string;
                } | null;
            }[];
            /** @description Null on the last page */
            nextCursor: string | null;
        };
        /**
         * @example {
         *       "sizeBytes": 734003200
         *     }
         */
        Completion: {
            /** @description Size of the file, where nobody stated it before; else what has arrived is all */
            sizeBytes?: number;
            /** @description The file must have this digest; hexadecimal */
            sha256?: string;
            /** @description For parts that are still on their way */
            waitSeconds?: number;
        };
        /**
         * @example {
         *       "expiresInSeconds": 3600
         *     }
         */
        Renewal: {
            /** @description Life of the token from now on; as when it was issued, if absent */
            expiresInSeconds?: number;
        };
        /**
         * @example {
         *       "name": "Lectures",
         *       "settings": {
         *         "delivery": "adaptive",
         *         "video": {
         *           "codecs": [
         *             "h264"
         *           ],
         *           "steps": [
         *             {
         *               "shorterSidePx": 720,
         *               "maxBitRate": 1800000
         *             },
         *             {
         *               "shorterSidePx": 360
         *             }
         *           ],
         *           "maxShorterSidePx": 1080,
         *           "rateFactor": 25,
         *           "maxFrameRate": 30
         *         },
         *         "audio": {
         *           "bitRates": [
         *             96000
         *           ],
         *           "tracks": "all"
         *         },
         *         "segmentDurationMs": 4000,
         *         "downloads": false
         *       }
         *     }
         */
        ProfileBody: {
            /** @description For people; not empty */
            name: string;
            settings: {
                /**
                 * @description adaptive: HLS with a ladder. audio: the sound alone. passthrough: the original as it is
                 * @enum {string}
                 */
                delivery: "adaptive" | "audio" | "passthrough";
                video: {
                    /** @description A ladder of each; left out where the server has no encoder for it */
                    codecs: ("h264" | "hevc" | "av1" | "vp9")[];
                    /** @description From the largest to the smallest; empty: chosen from the source */
                    steps: {
                        /** @description Even */
                        shorterSidePx: number;
                        maxBitRate?: number;
                    }[];
                    /** @description Where no steps are named */
                    maxShorterSidePx: number;
                    /** @description As x264's CRF; lower is better */
                    rateFactor: number;
                    maxFrameRate: number;
                };
                audio: {
                    /** @description Bits per second, the best first; films take the first */
                    bitRates: number[];
                    /** @enum {string} */
                    tracks: "default" | "all";
                };
                segmentDurationMs: number;
                /** @description An MP4 file of each rendition besides; never of encrypted assets */
                downloads: boolean;
            };
        };
        /**
         * @description How files are encoded
         * @example {
         *       "key": "lectures",
         *       "isBuiltIn": false,
         *       "name": "Lectures",
         *       "settings": {
         *         "delivery": "adaptive",
         *         "video": {
         *           "codecs": [
         *             "h264"
         *           ],
         *           "steps": [
         *             {
         *               "shorterSidePx": 720,
         *               "maxBitRate": 1800000
         *             },
         *             {
         *               "shorterSidePx": 360
         *             }
         *           ],
         *           "maxShorterSidePx": 1080,
         *           "rateFactor": 25,
         *           "maxFrameRate": 30
         *         },
         *         "audio": {
         *           "bitRates": [
         *             96000
         *           ],
         *           "tracks": "all"
         *         },
         *         "segmentDurationMs": 4000,
         *         "downloads": false
         *       }
         *     }
         */
        Profile: {
            key: string;
            /** @description False: the project has put its own there */
            isBuiltIn: boolean;
            /** @description For people; not empty */
            name: string;
            settings: {
                /**
                 * @description adaptive: HLS with a ladder. audio: the sound alone. passthrough: the original as it is
                 * @enum {string}
                 */
                delivery: "adaptive" | "audio" | "passthrough";
                video: {
                    /** @description A ladder of each; left out where the server has no encoder for it */
                    codecs: ("h264" | "hevc" | "av1" | "vp9")[];
                    /** @description From the largest to the smallest; empty: chosen from the source */
                    steps: {
                        /** @description Even */
                        shorterSidePx: number;
                        maxBitRate?: number;
                    }[];
                    /** @description Where no steps are named */
                    maxShorterSidePx: number;
                    /** @description As x264's CRF; lower is better */
                    rateFactor: number;
                    maxFrameRate: number;
                };
                audio: {
                    /** @description Bits per second, the best first; films take the first */
                    bitRates: number[];
                    /** @enum {string} */
                    tracks: "default" | "all";
                };
                segmentDurationMs: number;
                /** @description An MP4 file of each rendition besides; never of encrypted assets */
                downloads: boolean;
            };
        };
        /**
         * @example {
         *       "name": "Branded and protected",
         *       "settings": {
         *         "profileKey": "standard",
         *         "watermark": {
         *           "kind": "text",
         *           "text": "Example Ltd",
         *           "position": "bottom-right",
         *           "opacity": 0.6,
         *           "marginPercent": 3,
         *           "sizePercent": 5,
         *           "color": "ffffff"
         *         },
         *         "sprites": true,
         *         "burnInLanguage": null,
         *         "encryption": {
         *           "segmentsPerKey": null
         *         }
         *       }
         *     }
         */
        WorkflowBody: {
            /** @description For people; not empty */
            name: string;
            settings: {
                profileKey: string | null;
                watermark: ({
                    /** @enum {string} */
                    kind: "image";
                    imageId: string;
                    /** @enum {string} */
                    position: "top-left" | "top-right" | "bottom-left" | "bottom-right" | "center";
                    opacity: number;
                    /** @description Of the picture's shorter side */
                    marginPercent: number;
                    /** @description Of the picture's width */
                    widthPercent: number;
                } | {
                    /** @enum {string} */
                    kind: "text";
                    text: string;
                    /** @enum {string} */
                    position: "top-left" | "top-right" | "bottom-left" | "bottom-right" | "center";
                    opacity: number;
                    /** @description Of the picture's shorter side */
                    marginPercent: number;
                    /** @description Of the picture's shorter side */
                    sizePercent: number;
                    /** @description RGB */
                    color: string;
                }) | null;
                /** @description Small pictures for the seek bar, with a WebVTT map */
                sprites: boolean;
                burnInLanguage: string | null;
                encryption: {
                    segmentsPerKey: number | null;
                } | null;
            };
        };
        /**
         * @description What happens to files
         * @example {
         *       "key": "branded",
         *       "isBuiltIn": false,
         *       "name": "Branded and protected",
         *       "settings": {
         *         "profileKey": "standard",
         *         "watermark": {
         *           "kind": "text",
         *           "text": "Example Ltd",
         *           "position": "bottom-right",
         *           "opacity": 0.6,
         *           "marginPercent": 3,
         *           "sizePercent": 5,
         *           "color": "ffffff"
         *         },
         *         "sprites": true,
         *         "burnInLanguage": null,
         *         "encryption": {
         *           "segmentsPerKey": null
         *         }
         *       }
         *     }
         */
        Workflow: {
            key: string;
            /** @description False: the project has put its own there */
            isBuiltIn: boolean;
            /** @description For people; not empty */
            name: string;
            settings: {
                profileKey: string | null;
                watermark: ({
                    /** @enum {string} */
                    kind: "image";
                    imageId: string;
                    /** @enum {string} */
                    position: "top-left" | "top-right" | "bottom-left" | "bottom-right" | "center";
                    opacity: number;
                    /** @description Of the picture's shorter side */
                    marginPercent: number;
                    /** @description Of the picture's width */
                    widthPercent: number;
                } | {
                    /** @enum {string} */
                    kind: "text";
                    text: string;
                    /** @enum {string} */
                    position: "top-left" | "top-right" | "bottom-left" | "bottom-right" | "center";
                    opacity: number;
                    /** @description Of the picture's shorter side */
                    marginPercent: number;
                    /** @description Of the picture's shorter side */
                    sizePercent: number;
                    /** @description RGB */
                    color: string;
                }) | null;
                /** @description Small pictures for the seek bar, with a WebVTT map */
                sprites: boolean;
                burnInLanguage: string | null;
                encryption: {
                    segmentsPerKey: number | null;
                } | null;
            };
        };
        /**
         * @description A picture for watermarks
         * @example {
         *       "id": "img_01k0example000000000000000",
         *       "contentType": "image/png",
         *       "sizeBytes": 4096,
         *       "createdAt": "2030-01-01T12:00:00.000Z"
         *     }
         */
        Image: {
            id: string;
            contentType: string;
            sizeBytes: number;
            /** Format: date-time */
            createdAt: string;
        };
        /**
         * @description A text that is shown with an asset
         * @example {
         *       "id": "sub_01k0example000000000000000",
         *       "language": "ko",
         *       "label": "Korean",
         *       "kind": "subtitles",
         *       "isDefault": false,
         *       "createdAt": "2030-01-01T12:00:00.000Z"
         *     }
         */
        Subtitle: {
            id: string;
            /** @description BCP 47 */
            language: string;
            /** @description What viewers choose it by */
            label: string;
            /** @enum {string} */
            kind: "subtitles" | "captions" | "forced";
            isDefault: boolean;
            /** Format: date-time */
            createdAt: string;
        };
        /**
         * @description A library item
         * @example {
         *       "id": "ast_01k0example000000000000000",
         *       "title": "Holiday",
         *       "state": "ready",
         *       "stage": "ready",
         *       "progress": 1,
         *       "failure": null,
         *       "isPlayable": true,
         *       "durationMs": 61440,
         *       "createdAt": "2030-01-01T12:00:00.000Z",
         *       "description": "",
         *       "tags": [
         *         "sea"
         *       ],
         *       "enabled": true,
         *       "metadata": {},
         *       "source": {
         *         "fileName": "holiday.mp4",
         *         "sizeBytes": 734003200,
         *         "container": "mov,mp4,m4a,3gp,3g2,mj2",
         *         "contentType": "video/mp4",
         *         "video": {
         *           "codec": "hevc",
         *           "width": 3840,
         *           "height": 2160,
         *           "frameRate": 29.97
         *         },
         *         "audio": {
         *           "codec": "aac",
         *           "channels": 2
         *         }
         *       },
         *       "treatment": {
         *         "workflow": "standard",
         *         "profile": "standard",
         *         "delivery": "adaptive",
         *         "isEncrypted": false,
         *         "omissions": []
         *       },
         *       "renditions": [
         *         {
         *           "name": "720p",
         *           "width": 1280,
         *           "height": 720,
         *           "frameRate": 29.97,
         *           "codecs": "avc1.64001f",
         *           "bandwidth": 3210000,
         *           "averageBandwidth": 2480000,
         *           "sizeBytes": 19050000,
         *           "durationMs": 61440
         *         }
         *       ],
         *       "audioTracks": [
         *         {
         *           "label": "en",
         *           "language": "en",
         *           "isDefault": true,
         *           "channels": 2,
         *           "codecs": "mp4a.40.2",
         *           "bandwidth": 131000,
         *           "sizeBytes": 990000
         *         }
         *       ],
         *       "playback": {
         *         "page": "https://video.example.com/watch/ast_01k0example000000000000000?token=token",
         *         "hls": "https://video.example.com/play/token/ast_01k0example000000000000000/master.m3u8",
         *         "dash": "https://video.example.com/play/token/ast_01k0example000000000000000/manifest.mpd",
         *         "original": null,
         *         "poster": "https://video.example.com/play/token/ast_01k0example000000000000000/poster.jpg",
         *         "sprites": "https://video.example.com/play/token/ast_01k0example000000000000000/sprites.vtt",
         *         "storyboard": "https://video.example.com/play/token/ast_01k0example000000000000000/storyboard.json",
         *         "downloads": []
         *       }
         *     }
         */
        Asset: {
            id: string;
            title: string;
            /** @enum {string} */
            state: "waiting" | "uploading" | "processing" | "ready" | "failed";
            /**
             * @description What is being done, in finer steps
             * @enum {string}
             */
            stage: "waiting" | "uploading" | "publishing" | "probing" | "encoding" | "ready" | "failed";
            /** @description Of the work after the upload */
            progress: number;
            failure: {
                code: string;
                /** @description For programs, for example not_media */
                reason: string;
                /** @description For people */
                message: string;
            } | null;
            /** @description Whether there is something to watch: long films play in their smallest size while still `processing` */
            isPlayable: boolean;
            durationMs: number | null;
            /** Format: date-time */
            createdAt: string;
            description: string;
            tags: string[];
            /** @description A disabled asset does not play */
            enabled: boolean;
            /** @description The customer's own names and values */
            metadata: {
                [key: string]: string;
            };
            source: {
                fileName: string;
                sizeBytes: number;
                container: string;
                contentType: string;
                video: {
                    codec: string;
                    /** @description Pixels, as a viewer sees it */
                    width: number;
                    /** @description Pixels, as a viewer sees it */
                    height: number;
                    /** @description Per second, on average */
                    frameRate: number;
                } | null;
                audio: {
                    codec: string;
                    channels: number;
                } | null;
            } | null;
            treatment: {
                /** @description Key of the workflow that was used */
                workflow: string;
                /** @description Key of the profile that was used */
                profile: string;
                /** @enum {string} */
                delivery: "adaptive" | "audio" | "passthrough";
                /** @description AES-128 */
                isEncrypted: boolean;
                /** @description What was asked for and could not be done, with the reason; known once it is encoded */
                omissions: string[];
            } | null;
            renditions: {
                name: string;
                width: number | null;
                height: number | null;
                frameRate: number | null;
                /** @description RFC 6381 */
                codecs: string;
                /** @description Bits per second, at most */
                bandwidth: number;
                /** @description Bits per second */
                averageBandwidth: number;
                sizeBytes: number;
                durationMs: number;
            }[];
            /** @description Sounds to choose from, where they are apart from the pictures */
            audioTracks: {
                label: string;
                language: string | null;
                isDefault: boolean;
                channels: number;
                /** @description RFC 6381 */
                codecs: string;
                /** @description Bits per second, at most */
                bandwidth: number;
                sizeBytes: number;
            }[];
            playback: {
                /**
                 * Format: uri
                 * @description Page with a player
                 */
                page: string;
                hls: string | null;
                dash: string | null;
                original: string | null;
                poster: string | null;
                sprites: string | null;
                storyboard: string | null;
                /** @description Renditions in one file each, where the profile asks for them */
                downloads: {
                    /** @description Of the rendition */
                    name: string;
                    width: number | null;
                    height: number | null;
                    sizeBytes: number;
                    /**
                     * Format: uri
                     * @description MP4
                     */
                    url: string;
                }[];
            } | null;
        };
        /** @description Assets, newest first */
        AssetPage: {
            items: components["schemas"]["Asset"][];
            /** @description Null on the last page */
            nextCursor: string | null;
        };
        /**
         * @description What is to change of an asset
         * @example {
         *       "title": "Lecture 1",
         *       "tags": [
         *         "maths"
         *       ],
         *       "metadata": {
         *         "course": "7"
         *       },
         *       "categories": [
         *         "cat_01k0example000000000000000"
         *       ]
         *     }
         */
        AssetEdit: {
            title?: string;
            description?: string;
            tags?: string[];
            /** @description A disabled asset stays in the library and does not play */
            enabled?: boolean;
            /** @description Added to what is there; null removes a name */
            metadata?: {
                [key: string]: string | null;
            };
            /** @description All categories it is in from now on */
            categories?: string[];
        };
        /** @description A numbered page of assets */
        AssetSearchPage: {
            items: components["schemas"]["Asset"][];
            /** @description Of all pages */
            total: number;
        };
        /**
         * @description A node of the tree that organises the library
         * @example {
         *       "id": "cat_01k0example000000000000000",
         *       "name": "Maths",
         *       "description": "From sums to series",
         *       "parentId": null,
         *       "position": 0,
         *       "workflow": null,
         *       "profile": "lectures",
         *       "channels": [
         *         "chn_01k0example000000000000000"
         *       ],
         *       "assetCount": 12,
         *       "createdAt": "2030-01-01T12:00:00.000Z"
         *     }
         */
        Category: {
            /** @example cat_01k0example000000000000000 */
            id: string;
            name: string;
            description: string;
            parentId: string | null;
            /** @description Orders siblings */
            position: number;
            workflow: string | null;
            profile: string | null;
            /** @description Its assets are placed in these as soon as they play */
            channels: string[];
            /** @description Directly in it */
            assetCount: number;
            /** Format: date-time */
            createdAt: string;
        };
        /**
         * @example {
         *       "name": "Maths",
         *       "parentId": "cat_01k0example000000000000000"
         *     }
         */
        NewCategory: {
            name: string;
            description?: string;
            parentId?: string | null;
            /** @description Orders siblings */
            position?: number;
            workflow?: string | null;
            profile?: string | null;
        };
        /**
         * @example {
         *       "name": "Mathematics"
         *     }
         */
        CategoryEdit: {
            name?: string;
            description?: string;
            parentId?: string | null;
            /** @description Orders siblings */
            position?: number;
            workflow?: string | null;
            profile?: string | null;
        };
        /**
         * @description Where assets are published
         * @example {
         *       "id": "chn_01k0example000000000000000",
         *       "name": "Students",
         *       "description": "",
         *       "enabled": true,
         *       "policy": {
         *         "isPublic": false,
         *         "requiresEncryption": true,
         *         "refererDomains": [
         *           "lms.example.com"
         *         ],
         *         "allowsDesktopDownload": false,
         *         "allowsMobileDownload": false
         *       },
         *       "metadata": {},
         *       "position": 0,
         *       "workflow": "encrypted",
         *       "profile": null,
         *       "placementCount": 12,
         *       "createdAt": "2030-01-01T12:00:00.000Z"
         *     }
         */
        Channel: {
            /** @example chn_01k0example000000000000000 */
            id: string;
            name: string;
            description: string;
            enabled: boolean;
            policy: {
                /** @description Plays for everybody who knows the address */
                isPublic: boolean;
                /** @description Takes only encrypted assets */
                requiresEncryption: boolean;
                /** @description Hosts whose pages may embed the player; none: any */
                refererDomains: string[];
                allowsDesktopDownload: boolean;
                allowsMobileDownload: boolean;
            };
            /** @description The customer's own names and values */
            metadata: {
                [key: string]: string;
            };
            /** @description Orders siblings */
            position: number;
            workflow: string | null;
            profile: string | null;
            placementCount: number;
            /** Format: date-time */
            createdAt: string;
        };
        /** @description A numbered page of channels */
        ChannelPage: {
            items: components["schemas"]["Channel"][];
            total: number;
        };
        /**
         * @example {
         *       "name": "Students",
         *       "policy": {
         *         "requiresEncryption": true
         *       }
         *     }
         */
        NewChannel: {
            name: string;
            description?: string;
            policy?: {
                /** @description Plays for everybody who knows the address */
                isPublic?: boolean;
                /** @description Takes only encrypted assets */
                requiresEncryption?: boolean;
                /** @description Hosts whose pages may embed the player; none: any */
                refererDomains?: string[];
                allowsDesktopDownload?: boolean;
                allowsMobileDownload?: boolean;
            };
            /** @description Added to what is there */
            metadata?: {
                [key: string]: string;
            };
            /** @description Orders siblings */
            position?: number;
            workflow?: string | null;
            profile?: string | null;
        };
        /**
         * @example {
         *       "enabled": false
         *     }
         */
        ChannelEdit: {
            name?: string;
            enabled?: boolean;
            description?: string;
            policy?: {
                /** @description Plays for everybody who knows the address */
                isPublic?: boolean;
                /** @description Takes only encrypted assets */
                requiresEncryption?: boolean;
                /** @description Hosts whose pages may embed the player; none: any */
                refererDomains?: string[];
                allowsDesktopDownload?: boolean;
                allowsMobileDownload?: boolean;
            };
            /** @description Added to what is there */
            metadata?: {
                [key: string]: string;
            };
            /** @description Orders siblings */
            position?: number;
            workflow?: string | null;
            profile?: string | null;
        };
        /**
         * @description An asset in a channel
         * @example {
         *       "key": "Ab3dE6gH",
         *       "channelId": "chn_01k0example000000000000000",
         *       "assetId": "ast_01k0example000000000000000",
         *       "previousAssetId": null,
         *       "createdAt": "2030-01-01T12:00:00.000Z"
         *     }
         */
        Placement: {
            /** @description What is played; it stays when the asset is exchanged */
            key: string;
            /** @example chn_01k0example000000000000000 */
            channelId: string;
            /** @example ast_01k0example000000000000000 */
            assetId: string;
            previousAssetId: string | null;
            /** Format: date-time */
            createdAt: string;
        };
        /**
         * @description One version of an asset's file
         * @example {
         *       "id": "src_01k0example000000000000000",
         *       "version": 2,
         *       "fileName": "lecture.mp4",
         *       "sizeBytes": 734003200,
         *       "state": "ready",
         *       "activation": "manual",
         *       "createdAt": "2030-01-01T12:00:00.000Z"
         *     }
         */
        AssetVersion: {
            /** @example src_01k0example000000000000000 */
            id: string;
            version: number;
            fileName: string;
            sizeBytes: number;
            /** @enum {string} */
            state: "playing" | "ready" | "processing" | "failed";
            /**
             * @description Whether it plays as soon as it can or when somebody says so
             * @enum {string}
             */
            activation: "automatic" | "manual";
            /** Format: date-time */
            createdAt: string;
        };
        /** @description All categories */
        CategoryPage: {
            items: components["schemas"]["Category"][];
        };
        /** @description Where an asset is published */
        PlacementPage: {
            items: components["schemas"]["Placement"][];
        };
        /** @description The versions of an asset's file, newest first */
        VersionPage: {
            items: components["schemas"]["AssetVersion"][];
        };
        /**
         * @description A stage of the work on an asset
         * @example {
         *       "id": "job_01k0example000000000000000",
         *       "assetId": "ast_01k0example000000000000000",
         *       "sourceId": "src_01k0example000000000000000",
         *       "uploadId": null,
         *       "kind": "encode",
         *       "state": "failed",
         *       "progress": 0.31,
         *       "attempt": 5,
         *       "maxAttempts": 5,
         *       "priority": 112,
         *       "error": {
         *         "code": "unavailable",
         *         "reason": "stalled",
         *         "message": "The encoder made no progress and was stopped.",
         *         "logTail": "Error while decoding stream #0:0"
         *       },
         *       "createdAt": "2030-01-01T12:00:00.000Z",
         *       "runAt": "2030-01-01T12:31:00.000Z",
         *       "startedAt": "2030-01-01T12:31:02.000Z",
         *       "finishedAt": "2030-01-01T12:33:20.000Z"
         *     }
         */
        Job: {
            id: string;
            assetId: string;
            sourceId: string | null;
            uploadId: string | null;
            /**
             * @description The stage of the work
             * @enum {string}
             */
            kind: "ingest" | "encode" | "poster" | "sprites" | "subtitles" | "downloads" | "piece" | "purge" | "pull" | "copy";
            /** @enum {string} */
            state: "queued" | "running" | "done" | "failed" | "cancelled";
            /** @description Of this attempt */
            progress: number;
            /** @description How often it was started since it was queued or retried */
            attempt: number;
            maxAttempts: number;
            /** @description Lower runs first; a minute of waiting weighs as much as one step */
            priority: number;
            error: {
                code: string;
                /** @description For programs, for example stalled */
                reason: string;
                /** @description For people */
                message: string;
                logTail: string | null;
            } | null;
            /**
             * Format: date-time
             * @description When it was queued first
             */
            createdAt: string;
            /**
             * Format: date-time
             * @description Not before this, if it is queued
             */
            runAt: string;
            startedAt: string | null;
            finishedAt: string | null;
        };
        /** @description Jobs, in the order in which they came up */
        JobsOfAssetPage: {
            items: components["schemas"]["Job"][];
        };
        /**
         * @description A receiver of what happens
         * @example {
         *       "id": "end_01k0example000000000000000",
         *       "url": "https://cms.example.com/hooks/reeldock",
         *       "format": "standard",
         *       "description": "CMS",
         *       "eventTypes": [
         *         "asset.ready",
         *         "asset.failed"
         *       ],
         *       "channelId": null,
         *       "state": "active",
         *       "disabledReason": null,
         *       "failingSince": null,
         *       "createdAt": "2030-01-01T12:00:00.000Z"
         *     }
         */
        WebhookEndpoint: {
            id: string;
            url: string;
            format: string;
            description: string;
            eventTypes: string[];
            channelId: string | null;
            /**
             * @description disabled: by the server, see `disabledReason`; what happens meanwhile can be replayed
             * @enum {string}
             */
            state: "active" | "paused" | "disabled" | "spent";
            disabledReason: ("failing" | "gone") | null;
            /** @description The first failed attempt after the last success */
            failingSince: string | null;
            /** Format: date-time */
            createdAt: string;
        };
        /**
         * @description A receiver with its secret
         * @example {
         *       "id": "end_01k0example000000000000000",
         *       "url": "https://cms.example.com/hooks/reeldock",
         *       "format": "standard",
         *       "description": "CMS",
         *       "eventTypes": [
         *         "asset.ready",
         *         "asset.failed"
         *       ],
         *       "channelId": null,
         *       "state": "active",
         *       "disabledReason": null,
         *       "failingSince": null,
         *       "createdAt": "2030-01-01T12:00:00.000Z",
         *       "secret": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
         *     }
         */
        IssuedWebhookEndpoint: {
            id: string;
            url: string;
            format: string;
            description: string;
            eventTypes: string[];
            channelId: string | null;
            /**
             * @description disabled: by the server, see `disabledReason`; what happens meanwhile can be replayed
             * @enum {string}
             */
            state: "active" | "paused" | "disabled" | "spent";
            disabledReason: ("failing" | "gone") | null;
            /** @description The first failed attempt after the last success */
            failingSince: string | null;
            /** Format: date-time */
            createdAt: string;
            /** @description What requests are signed with. Not shown again */
            secret: string;
        };
        /** @description Endpoints, newest first */
        WebhookEndpointPage: {
            items: components["schemas"]["WebhookEndpoint"][];
            /** @description Null on the last page */
            nextCursor: string | null;
        };
        /**
         * @example {
         *       "url": "https://cms.example.com/hooks/reeldock",
         *       "eventTypes": [
         *         "asset.ready",
         *         "asset.failed"
         *       ]
         *     }
         */
        NewWebhookEndpoint: {
            /** @description http or https, at a public address */
            url: string;
            /**
             * @description standard, or a dialect’s
             * @default standard
             */
            format: string;
            /** @description For people */
            description?: string;
            /** @description What it wants to be told; empty: everything */
            eventTypes?: ("upload.created" | "upload.completed" | "upload.expired" | "upload.deleted" | "upload.failed" | "asset.probed" | "asset.playable" | "asset.ready" | "source.ready" | "asset.failed" | "asset.updated" | "asset.deleted" | "category.created" | "category.updated" | "category.deleted" | "channel.created" | "channel.updated" | "channel.deleted" | "placement.created" | "placement.deleted" | "placement.replaced" | "endpoint.tested" | "endpoint.disabled")[];
            /** @description Of the format standard: `whsec_` and base64 */
            secret?: string;
            /** @description For the format; write-only */
            settings?: {
                [key: string]: unknown;
            };
            /** @description Only what happens in this channel */
            channelId?: string;
            /** @default true */
            isActive: boolean;
        };
        /**
         * @example {
         *       "isActive": false
         *     }
         */
        WebhookEndpointChange: {
            /** @description http or https, at a public address */
            url?: string;
            /** @description For people */
            description?: string;
            /** @description What it wants to be told; empty: everything */
            eventTypes?: ("upload.created" | "upload.completed" | "upload.expired" | "upload.deleted" | "upload.failed" | "asset.probed" | "asset.playable" | "asset.ready" | "source.ready" | "asset.failed" | "asset.updated" | "asset.deleted" | "category.created" | "category.updated" | "category.deleted" | "channel.created" | "channel.updated" | "channel.deleted" | "placement.created" | "placement.deleted" | "placement.replaced" | "endpoint.tested" | "endpoint.disabled")[];
            /** @description For the format; write-only */
            settings?: {
                [key: string]: unknown;
            };
            channelId?: string | null;
            /** @description true also ends a disabling by the server */
            isActive?: boolean;
        };
        /**
         * @example {
         *       "overlapSeconds": 3600
         *     }
         */
        WebhookSecretRotation: {
            /** @description Of the format standard: `whsec_` and base64 */
            secret?: string;
            /**
             * @description So long requests carry signatures by the old secret too
             * @default 86400
             */
            overlapSeconds: number;
        };
        /**
         * @example {
         *       "since": "2030-01-01T00:00:00Z"
         *     }
         */
        WebhookReplay: {
            /**
             * Format: date-time
             * @description Deliveries made at or after
             */
            since: string;
            /**
             * Format: date-time
             * @description And before; now, if absent
             */
            until?: string;
        };
        /**
         * @description One event for one endpoint, and how that went
         * @example {
         *       "id": "dlv_01k0example000000000000000",
         *       "endpointId": "end_01k0example000000000000000",
         *       "eventId": "evt_01k0example000000000000000",
         *       "eventType": "asset.ready",
         *       "state": "pending",
         *       "nextAttemptAt": "2030-01-01T12:05:05.000Z",
         *       "createdAt": "2030-01-01T12:00:00.000Z",
         *       "finishedAt": null,
         *       "attempts": [
         *         {
         *           "number": 1,
         *           "startedAt": "2030-01-01T12:00:00.000Z",
         *           "durationMs": 84,
         *           "status": 500,
         *           "error": {
         *             "reason": "status",
         *             "message": "The receiver answered with status 500."
         *           },
         *           "answer": "no such table: videos"
         *         }
         *       ]
         *     }
         */
        WebhookDelivery: {
            id: string;
            endpointId: string;
            /** @description What the receiver sees as webhook-id, the same at every attempt */
            eventId: string;
            eventType: string;
            /** @enum {string} */
            state: "pending" | "sending" | "delivered" | "dead";
            nextAttemptAt: string | null;
            /** Format: date-time */
            createdAt: string;
            finishedAt: string | null;
            /** @description What is sent; not in lists. Null while it could not be made */
            request?: {
                method: string;
                url: string;
                body: string;
            } | null;
            /** @description Oldest first */
            attempts: {
                number: number;
                /** Format: date-time */
                startedAt: string;
                durationMs: number;
                /** @description HTTP status; null when no answer came */
                status: number | null;
                /** @description Null if the receiver took it */
                error: {
                    /** @description For programs, for example status, timeout_response, address_unreachable */
                    reason: string;
                    /** @description For people */
                    message: string;
                } | null;
                /** @description The beginning of the body that came back */
                answer: string;
            }[];
        };
        /** @description Deliveries, newest first */
        WebhookDeliveryPage: {
            items: components["schemas"]["WebhookDelivery"][];
            /** @description Null on the last page */
            nextCursor: string | null;
        };
        /**
         * @description What a player page shows
         * @example {
         *       "title": "Holiday",
         *       "state": "ready",
         *       "hls": "https://video.example.com/play/token/ast_01k0example000000000000000/master.m3u8",
         *       "dash": "https://video.example.com/play/token/ast_01k0example000000000000000/manifest.mpd",
         *       "original": null,
         *       "contentType": null,
         *       "poster": "https://video.example.com/play/token/ast_01k0example000000000000000/poster.jpg",
         *       "sprites": "https://video.example.com/play/token/ast_01k0example000000000000000/sprites.vtt",
         *       "durationMs": 61440,
         *       "subtitles": [
         *         {
         *           "label": "Korean",
         *           "language": "ko",
         *           "kind": "subtitles",
         *           "isDefault": false,
         *           "url": "https://video.example.com/play/token/ast_01k0example000000000000000/subtitles/sub_01k0example000000000000000.vtt"
         *         }
         *       ]
         *     }
         */
        PlaybackInfo: {
            title: string;
            /** @enum {string} */
            state: "waiting" | "uploading" | "processing" | "ready" | "failed";
            /** @description Null while nothing can be played, and for what is passed through */
            hls: string | null;
            /** @description DASH manifest; of encrypted assets there is none */
            dash: string | null;
            /** @description The original file, where it is passed through as it came */
            original: string | null;
            /** @description Of `original` */
            contentType: string | null;
            poster: string | null;
            /** @description WebVTT map of small pictures for the seek bar */
            sprites: string | null;
            durationMs: number | null;
            /** @description The master playlist names them too; a player of `original` learns of them here */
            subtitles: {
                /** @description What viewers choose it by */
                label: string;
                /** @description BCP 47 */
                language: string;
                /** @enum {string} */
                kind: "subtitles" | "captions" | "forced";
                isDefault: boolean;
                /**
                 * Format: uri
                 * @description WebVTT
                 */
                url: string;
            }[];
        };
        /**
         * @description Small pictures of a film, in order
         * @example {
         *       "durationMs": 61440,
         *       "widthPx": 160,
         *       "heightPx": 90,
         *       "tiles": [
         *         {
         *           "startMs": 0,
         *           "url": "https://video.example.com/play/token/ast_01k0example000000000000000/src_01k0example000000000000000/sprites/sheet-1.jpg",
         *           "x": 0,
         *           "y": 0
         *         }
         *       ]
         *     }
         */
        Storyboard: {
            durationMs: number;
            /** @description Of one small picture */
            widthPx: number;
            heightPx: number;
            tiles: {
                /** @description It is shown from here to the next one */
                startMs: number;
                /**
                 * Format: uri
                 * @description The sheet it is on
                 */
                url: string;
                /** @description Where on the sheet, in pixels */
                x: number;
                y: number;
            }[];
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    getHealth: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "status": "ok"
                     *     }
                     */
                    "application/json": {
                        /** @enum {string} */
                        status: "ok";
                    };
                };
            };
        };
    };
    getReadiness: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What it finds */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "status": "ready",
                     *       "checks": {
                     *         "database": "ok",
                     *         "storage": "ok"
                     *       }
                     *     }
                     */
                    "application/json": {
                        /** @enum {string} */
                        status: "ready" | "draining" | "unavailable";
                        checks: {
                            [key: string]: "ok" | "failed";
                        };
                    };
                };
            };
            /** @description What it finds */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "status": "ready",
                     *       "checks": {
                     *         "database": "ok",
                     *         "storage": "ok"
                     *       }
                     *     }
                     */
                    "application/json": {
                        /** @enum {string} */
                        status: "ready" | "draining" | "unavailable";
                        checks: {
                            [key: string]: "ok" | "failed";
                        };
                    };
                };
            };
        };
    };
    getSession: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Who is signed in */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Session"];
                };
            };
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    signIn: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SignIn"];
            };
        };
        responses: {
            /** @description Who is signed in */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Session"];
                };
            };
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    signOut: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Nobody is signed in any more */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listUploads: {
        parameters: {
            query?: {
                limit?: number;
                /** @description `nextCursor` of the page before */
                cursor?: string;
                state?: "open" | "finished" | "all";
                /** @description Only uploads that were issued for this owner */
                ownerId?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Uploads, newest first */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UploadPage"];
                };
            };
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createUpload: {
        parameters: {
            query?: never;
            header?: {
                /** @description Unique to this wish. Repeated with it, the request gets the first answer again, token included */
                "idempotency-key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewUpload"];
            };
        };
        responses: {
            /** @description The asset that has this very file already */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HeldFile"];
                };
            };
            /** @description A new upload with its token */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["IssuedUpload"];
                };
            };
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    pullUpload: {
        parameters: {
            query?: never;
            header?: {
                /** @description Unique to this wish. Repeated with it, the request gets the first answer again, token included */
                "idempotency-key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewPull"];
            };
        };
        responses: {
            /** @description A new upload with its token */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["IssuedUpload"];
                };
            };
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    renewUpload: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example upl_01k0example000000000000000 */
                uploadId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Renewal"];
            };
        };
        responses: {
            /** @description An upload as it stands */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UploadStatus"];
                };
            };
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getUpload: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example upl_01k0example000000000000000 */
                uploadId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description An upload as it stands */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UploadStatus"];
                };
            };
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteUpload: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example upl_01k0example000000000000000 */
                uploadId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The upload is gone */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    completeUpload: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example upl_01k0example000000000000000 */
                uploadId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Completion"];
            };
        };
        responses: {
            /** @description An upload as it stands */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UploadStatus"];
                };
            };
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    watchUpload: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example upl_01k0example000000000000000 */
                uploadId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The stream */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": string;
                };
            };
            /** @description There is nothing more to tell */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    putContent: {
        parameters: {
            query?: never;
            header?: {
                /** @description `bytes <first>-<last>/<size>`, with * for a size that is not known yet */
                "content-range"?: string;
                /** @description Of this body (RFC 9530); the bytes count only if it fits */
                "content-digest"?: string;
                /** @description As Content-Digest, in base64 */
                "content-md5"?: string;
                /** @description As Content-Digest, in the form of tus: `sha1 <base64>` */
                "upload-checksum"?: string;
                /** @description Of the whole file (RFC 9530); verified when this request completes it */
                "repr-digest"?: string;
            };
            path: {
                /** @example upl_01k0example000000000000000 */
                uploadId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/octet-stream": string;
            };
        };
        responses: {
            /** @description An upload as it stands */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UploadStatus"];
                };
            };
            /** @description An upload as it stands */
            308: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UploadStatus"];
                };
            };
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "headContent-head": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example upl_01k0example000000000000000 */
                uploadId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The headers say it */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    patchContent: {
        parameters: {
            query?: never;
            header?: {
                /** @description Where the body begins in the file */
                "upload-offset"?: string;
                /** @description `bytes <first>-<last>/<size>`, with * for a size that is not known yet */
                "content-range"?: string;
                /** @description Of this body (RFC 9530); the bytes count only if it fits */
                "content-digest"?: string;
                /** @description As Content-Digest, in base64 */
                "content-md5"?: string;
                /** @description As Content-Digest, in the form of tus: `sha1 <base64>` */
                "upload-checksum"?: string;
                /** @description Of the whole file (RFC 9530); verified when this request completes it */
                "repr-digest"?: string;
            };
            path: {
                /** @example upl_01k0example000000000000000 */
                uploadId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/octet-stream": string;
            };
        };
        responses: {
            /** @description An upload as it stands */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UploadStatus"];
                };
            };
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    formUpload: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "multipart/form-data": {
                    /** @description The upload token, where it does not come otherwise; before the file */
                    token?: string;
                    /** @description The file must have this digest; hexadecimal, before the file */
                    sha256?: string;
                    /** Format: binary */
                    file: string;
                };
            };
        };
        responses: {
            /** @description An upload as it stands */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UploadStatus"];
                };
            };
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listAssets: {
        parameters: {
            query?: {
                limit?: number;
                /** @description `nextCursor` of the page before */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Assets, newest first */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AssetPage"];
                };
            };
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getAsset: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example ast_01k0example000000000000000 */
                assetId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A library item */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Asset"];
                };
            };
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteAsset: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example ast_01k0example000000000000000 */
                assetId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The asset is gone */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    updateAsset: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example ast_01k0example000000000000000 */
                assetId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AssetEdit"];
            };
        };
        responses: {
            /** @description A library item */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Asset"];
                };
            };
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    addRenditions: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example ast_01k0example000000000000000 */
                assetId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "profile": "mobile"
                 *     }
                 */
                "application/json": {
                    /** @description The profile, by its key */
                    profile: string;
                };
            };
        };
        responses: {
            /** @description A library item */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Asset"];
                };
            };
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    removeRendition: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example ast_01k0example000000000000000 */
                assetId: string;
                /**
                 * @description Its name
                 * @example 720p
                 */
                rendition: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is gone */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    reprocessAsset: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example ast_01k0example000000000000000 */
                assetId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "profile": "ultra-hd"
                 *     }
                 */
                "application/json": {
                    /** @description The workflow, by its key */
                    workflow?: string;
                    /** @description The profile, before the workflow's own one, by its key */
                    profile?: string;
                    /** @description Subtitles that are drawn into the pictures; BCP 47 */
                    burnInLanguage?: string;
                };
            };
        };
        responses: {
            /** @description One version of an asset's file */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AssetVersion"];
                };
            };
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listProfiles: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description All of them */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Profile"][];
                    };
                };
            };
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getProfile: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Stable name, in the project */
                key: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description How files are encoded */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Profile"];
                };
            };
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    putProfile: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Stable name, in the project */
                key: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ProfileBody"];
            };
        };
        responses: {
            /** @description How files are encoded */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Profile"];
                };
            };
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteProfile: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Stable name, in the project */
                key: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is gone */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listWorkflows: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description All of them */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Workflow"][];
                    };
                };
            };
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getWorkflow: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Stable name, in the project */
                key: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What happens to files */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Workflow"];
                };
            };
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    putWorkflow: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Stable name, in the project */
                key: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["WorkflowBody"];
            };
        };
        responses: {
            /** @description What happens to files */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Workflow"];
                };
            };
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteWorkflow: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Stable name, in the project */
                key: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is gone */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listImages: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description All of them */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Image"][];
                    };
                };
            };
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    addImage: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "image/png": string;
                "image/jpeg": string;
            };
        };
        responses: {
            /** @description A picture for watermarks */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Image"];
                };
            };
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteImage: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                imageId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is gone */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listSubtitles: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example ast_01k0example000000000000000 */
                assetId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Oldest first */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Subtitle"][];
                    };
                };
            };
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    addSubtitle: {
        parameters: {
            query: {
                /** @description BCP 47, for example en or pt-BR */
                language: string;
                /** @description The language when absent */
                label?: string;
                kind?: "subtitles" | "captions" | "forced";
                default?: "true" | "false";
            };
            header?: never;
            path: {
                /** @example ast_01k0example000000000000000 */
                assetId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "text/vtt": string;
                "application/x-subrip": string;
                "text/x-ssa": string;
            };
        };
        responses: {
            /** @description A text that is shown with an asset */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Subtitle"];
                };
            };
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getSubtitleText: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example ast_01k0example000000000000000 */
                assetId: string;
                subtitleId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description WebVTT */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/vtt": string;
                };
            };
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteSubtitle: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example ast_01k0example000000000000000 */
                assetId: string;
                subtitleId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description They are gone */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    setPoster: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example ast_01k0example000000000000000 */
                assetId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "image/jpeg": string;
                "image/png": string;
                "image/webp": string;
            };
        };
        responses: {
            /** @description It is shown from now on */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    takePoster: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example ast_01k0example000000000000000 */
                assetId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description Into the film, in milliseconds; behind its end its last picture is taken */
                    atMs: number;
                };
            };
        };
        responses: {
            /** @description A library item */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Asset"];
                };
            };
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    activateAssetVersion: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example ast_01k0example000000000000000 */
                assetId: string;
                /** @example src_01k0example000000000000000 */
                sourceId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One version of an asset's file */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AssetVersion"];
                };
            };
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    copyAsset: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example ast_01k0example000000000000000 */
                assetId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AssetEdit"];
            };
        };
        responses: {
            /** @description A library item */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Asset"];
                };
            };
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listAssetVersions: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example ast_01k0example000000000000000 */
                assetId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The versions of an asset's file, newest first */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["VersionPage"];
                };
            };
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    copyAssetVersion: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example ast_01k0example000000000000000 */
                assetId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @example ast_01k0example000000000000000 */
                    fromAssetId: string;
                    /**
                     * @description `manual`: plays when somebody says so
                     * @default automatic
                     * @enum {string}
                     */
                    activation?: "automatic" | "manual";
                };
            };
        };
        responses: {
            /** @description One version of an asset's file */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AssetVersion"];
                };
            };
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listCategories: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description All categories */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CategoryPage"];
                };
            };
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createCategory: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewCategory"];
            };
        };
        responses: {
            /** @description A node of the tree that organises the library */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Category"];
                };
            };
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listChannels: {
        parameters: {
            query?: {
                page?: number;
                perPage?: number;
                q?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A numbered page of channels */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ChannelPage"];
                };
            };
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createChannel: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewChannel"];
            };
        };
        responses: {
            /** @description Where assets are published */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Channel"];
                };
            };
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteCategory: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example cat_01k0example000000000000000 */
                categoryId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is gone; its assets stay */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    updateCategory: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example cat_01k0example000000000000000 */
                categoryId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CategoryEdit"];
            };
        };
        responses: {
            /** @description A node of the tree that organises the library */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Category"];
                };
            };
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getChannel: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example chn_01k0example000000000000000 */
                channelId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Where assets are published */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Channel"];
                };
            };
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteChannel: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example chn_01k0example000000000000000 */
                channelId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is gone with its placements; the assets stay */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    updateChannel: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example chn_01k0example000000000000000 */
                channelId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ChannelEdit"];
            };
        };
        responses: {
            /** @description Where assets are published */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Channel"];
                };
            };
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    discardAssetVersion: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example ast_01k0example000000000000000 */
                assetId: string;
                /** @example src_01k0example000000000000000 */
                sourceId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The version is gone */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listAssetPlacements: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example ast_01k0example000000000000000 */
                assetId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Where an asset is published */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PlacementPage"];
                };
            };
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    mapChannel: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example cat_01k0example000000000000000 */
                categoryId: string;
                /** @example chn_01k0example000000000000000 */
                channelId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    unmapChannel: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example cat_01k0example000000000000000 */
                categoryId: string;
                /** @example chn_01k0example000000000000000 */
                channelId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    placeAsset: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example ast_01k0example000000000000000 */
                assetId: string;
                /** @example chn_01k0example000000000000000 */
                channelId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description An asset in a channel */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Placement"];
                };
            };
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    withdrawAsset: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example ast_01k0example000000000000000 */
                assetId: string;
                /** @example chn_01k0example000000000000000 */
                channelId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is not published there any more */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    replacePlacedAsset: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example Ab3dE6gH */
                key: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    assetId: string;
                };
            };
        };
        responses: {
            /** @description An asset in a channel */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Placement"];
                };
            };
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    restorePlacedAsset: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example Ab3dE6gH */
                key: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description An asset in a channel */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Placement"];
                };
            };
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    searchAssets: {
        parameters: {
            query?: {
                page?: number;
                perPage?: number;
                /** @description Part of the title or of a tag */
                q?: string;
                state?: "waiting" | "processing" | "ready" | "failed";
                /**
                 * @description With everything below it
                 * @example cat_01k0example000000000000000
                 */
                category?: string;
                /**
                 * @description Placed in it
                 * @example chn_01k0example000000000000000
                 */
                channel?: string;
                tag?: string;
                enabled?: boolean;
                order?: "created_desc" | "created_asc" | "updated_desc" | "updated_asc" | "title_asc" | "title_desc";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A numbered page of assets */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AssetSearchPage"];
                };
            };
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listAssetJobs: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example ast_01k0example000000000000000 */
                assetId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Jobs, in the order in which they came up */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JobsOfAssetPage"];
                };
            };
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    retryAsset: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example ast_01k0example000000000000000 */
                assetId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Jobs, in the order in which they came up */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JobsOfAssetPage"];
                };
            };
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getJob: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example job_01k0example000000000000000 */
                jobId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A stage of the work on an asset */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Job"];
                };
            };
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    cancelJob: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example job_01k0example000000000000000 */
                jobId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A stage of the work on an asset */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Job"];
                };
            };
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    retryJob: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example job_01k0example000000000000000 */
                jobId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A stage of the work on an asset */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Job"];
                };
            };
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listWebhookEndpoints: {
        parameters: {
            query?: {
                limit?: number;
                /** @description `nextCursor` of the page before */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Endpoints, newest first */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookEndpointPage"];
                };
            };
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createWebhookEndpoint: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewWebhookEndpoint"];
            };
        };
        responses: {
            /** @description A receiver with its secret */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["IssuedWebhookEndpoint"];
                };
            };
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getWebhookEndpoint: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example end_01k0example000000000000000 */
                endpointId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A receiver of what happens */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookEndpoint"];
                };
            };
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteWebhookEndpoint: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example end_01k0example000000000000000 */
                endpointId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The endpoint is gone */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    updateWebhookEndpoint: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example end_01k0example000000000000000 */
                endpointId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["WebhookEndpointChange"];
            };
        };
        responses: {
            /** @description A receiver of what happens */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookEndpoint"];
                };
            };
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    rotateWebhookSecret: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example end_01k0example000000000000000 */
                endpointId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["WebhookSecretRotation"];
            };
        };
        responses: {
            /** @description A receiver with its secret */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["IssuedWebhookEndpoint"];
                };
            };
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    testWebhookEndpoint: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example end_01k0example000000000000000 */
                endpointId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One event for one endpoint, and how that went */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookDelivery"];
                };
            };
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    replayWebhookEndpoint: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example end_01k0example000000000000000 */
                endpointId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["WebhookReplay"];
            };
        };
        responses: {
            /** @description So many are sent again */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        replayed: number;
                    };
                };
            };
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listWebhookDeliveries: {
        parameters: {
            query?: {
                limit?: number;
                /** @description `nextCursor` of the page before */
                cursor?: string;
                endpointId?: string;
                /** @description The webhook-id that a receiver saw */
                eventId?: string;
                state?: "pending" | "sending" | "delivered" | "dead";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Deliveries, newest first */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookDeliveryPage"];
                };
            };
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getWebhookDelivery: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example dlv_01k0example000000000000000 */
                deliveryId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One event for one endpoint, and how that went */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookDelivery"];
                };
            };
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    replayWebhookDelivery: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example dlv_01k0example000000000000000 */
                deliveryId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One event for one endpoint, and how that went */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookDelivery"];
                };
            };
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getMasterPlaylist: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description From `playback` of an asset */
                token: string;
                /** @example ast_01k0example000000000000000 */
                assetId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The playlist */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/vnd.apple.mpegurl": string;
                };
            };
            /** @description Unchanged */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getPoster: {
        parameters: {
            query?: {
                /** @description Pixels; follows from the height when absent */
                width?: number;
                /** @description Pixels; follows from the width when absent */
                height?: number;
                /** @description Of width and height together: `inside` (as large as fits, the default), `pad` (the same, on a plain ground), `cover` (what is too much is cut off), `fill` (squeezed) */
                fit?: "inside" | "pad" | "cover" | "fill";
                /** @description Of the ground, as RGB; black when absent */
                background?: string;
                /** @description 80 when absent */
                quality?: number;
            };
            header?: never;
            path: {
                /** @description From `playback` of an asset */
                token: string;
                /** @example ast_01k0example000000000000000 */
                assetId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The picture */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "image/jpeg": string;
                };
            };
            /** @description The part that Range asks for */
            206: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "image/jpeg": string;
                };
            };
            /** @description Unchanged */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Range names no byte of it */
            416: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getOriginal: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description From `playback` of an asset */
                token: string;
                /** @example ast_01k0example000000000000000 */
                assetId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The file */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "video/mp4": string;
                    "audio/mpeg": string;
                    "application/octet-stream": string;
                };
            };
            /** @description The part that Range asks for */
            206: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "video/mp4": string;
                    "audio/mpeg": string;
                    "application/octet-stream": string;
                };
            };
            /** @description Unchanged */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Range names no byte of it */
            416: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getContentKey: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description From `playback` of an asset */
                token: string;
                /** @example ast_01k0example000000000000000 */
                assetId: string;
                sourceId: string;
                /** @description In playing order */
                index: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The key */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/octet-stream": string;
                };
            };
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getSubtitleFile: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description From `playback` of an asset */
                token: string;
                /** @example ast_01k0example000000000000000 */
                assetId: string;
                file: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The file */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/vnd.apple.mpegurl": string;
                    "text/vtt; charset=utf-8": string;
                };
            };
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getSpriteMap: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description From `playback` of an asset */
                token: string;
                /** @example ast_01k0example000000000000000 */
                assetId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The map */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/vtt; charset=utf-8": string;
                };
            };
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getStoryboard: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description From `playback` of an asset */
                token: string;
                /** @example ast_01k0example000000000000000 */
                assetId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Small pictures of a film, in order */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Storyboard"];
                };
            };
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getSpriteSheet: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description From `playback` of an asset */
                token: string;
                /** @example ast_01k0example000000000000000 */
                assetId: string;
                sourceId: string;
                /** @example sheet-1.jpg */
                file: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The picture */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "image/jpeg": string;
                };
            };
            /** @description The part that Range asks for */
            206: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "image/jpeg": string;
                };
            };
            /** @description Unchanged */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Range names no byte of it */
            416: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getDashManifest: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description From `playback` of an asset */
                token: string;
                /** @example ast_01k0example000000000000000 */
                assetId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The manifest */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/dash+xml": string;
                };
            };
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getDownload: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description From `playback` of an asset */
                token: string;
                /** @example ast_01k0example000000000000000 */
                assetId: string;
                sourceId: string;
                /** @example 720p.mp4 */
                file: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The file */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "video/mp4": string;
                    "audio/mp4": string;
                };
            };
            /** @description The part that Range asks for */
            206: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "video/mp4": string;
                    "audio/mp4": string;
                };
            };
            /** @description Unchanged */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Range names no byte of it */
            416: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getPlaybackInfo: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description From `playback` of an asset */
                token: string;
                /** @example ast_01k0example000000000000000 */
                assetId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What a player page shows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PlaybackInfo"];
                };
            };
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getRenditionFile: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description From `playback` of an asset */
                token: string;
                /** @example ast_01k0example000000000000000 */
                assetId: string;
                sourceId: string;
                /** @example 720p */
                rendition: string;
                /** @example seg-00001.m4s */
                file: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The file */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "video/iso.segment": string;
                    "video/mp4": string;
                    "application/vnd.apple.mpegurl": string;
                    "text/vtt": string;
                };
            };
            /** @description The part that Range asks for */
            206: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "video/iso.segment": string;
                    "video/mp4": string;
                    "application/vnd.apple.mpegurl": string;
                    "text/vtt": string;
                };
            };
            /** @description Unchanged */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Range names no byte of it */
            416: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A problem document */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
}
