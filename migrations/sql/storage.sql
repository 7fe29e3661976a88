-- Mail and files are stored as they are: compressing bytes that are base64 or already packed costs more than it saves.
ALTER TABLE raw_mail ALTER COLUMN content SET STORAGE EXTERNAL;
ALTER TABLE blobs ALTER COLUMN content SET STORAGE EXTERNAL;
ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
SET LOCAL check_function_bodies = off;  -- functions stand in the order of their names
